//! The unit of a sum: told, assumed for a whole number, or asked.

use probonus_contract::{Method, binding::Binding};
use probonus_swagger::learn;
use serde_json::{Value, json};

/// A document whose every sum has this schema: of a request, of an outside receipt, of an answer.
fn document(sum: &Value) -> Value {
    let body = |fields: Value| json!({"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": fields}}}}});
    let answer = json!({"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "properties": {"balance": sum}}}}}});
    let mut balance = body(json!({"accountId": {"type": "integer"}}));
    balance["responses"] = answer;
    json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {
        "/api/v0/accounts/refill": {"post": body(json!({"accountId": {"type": "integer"}, "sum": sum}))},
        "/api/v0/external/register_check": {"post": body(json!({"restCode": {"type": "string"}, "checkGuid": {"type": "string"},
            "accountId": {"type": "integer"}, "moneySpentSum": sum, "bonusSpentSum": sum}))},
        "/api/v0/accounts/get_balance_extended": {"post": balance}}})
}

const OF_MONEY: [Method; 3] = [Method::Refill, Method::RegisterCheck, Method::BalanceExtended];

fn learnt(sum: &Value) -> Binding {
    learn(document(sum).to_string().as_bytes()).unwrap().binding
}

#[test]
fn a_sum_that_may_have_a_fraction_is_asked_wherever_it_stands() {
    for sum in [
        json!({"type": "number"}),
        json!({"type": "number", "format": "double"}),
        json!({"type": "number", "format": "float", "description": "Сумма бонусов"}),
        json!({"type": "number", "format": "decimal"}),
        json!({"format": "double"}),
        json!({"type": "string"}),
        json!({"type": "string", "format": "double"}),
        json!({"type": ["number", "null"]}),
        json!({"anyOf": [{"type": "number"}, {"type": "null"}]}),
        json!({"type": "number", "example": 125.5}),
        json!({"type": "number", "example": 100}),
        json!({"type": "number", "examples": [1541.11]}),
        json!({"type": "number", "multipleOf": 0.01}),
        json!({"type": "integer", "example": 125.5}),
        json!({"type": "integer", "examples": [100, 0.5]}),
        json!({"type": "integer", "default": 0.5}),
        json!({"type": "integer", "enum": [100, 99.9]}),
        json!({"type": "integer", "minimum": 0.01}),
        json!({"type": "integer", "maximum": 9999.99}),
        json!({"type": "integer", "multipleOf": 0.01}),
        json!({"type": "string", "example": "1541.11"}),
        json!({"type": "string", "example": "1 541,11"}),
        json!({"type": "integer", "description": "Sum in RUB, two decimals, no separator (12,34 RUB -> 1234)"}),
        json!({"type": "number", "description": "в копейках", "example": 12.5}),
    ] {
        let binding = learnt(&sum);
        for method in OF_MONEY {
            let why = binding.unsupported(method).unwrap_or_default();
            assert!(why.contains("kopecks or rubles"), "{method:?} {sum}: {why}");
        }
    }
}

#[test]
fn a_whole_number_is_in_kopecks_and_a_unit_that_is_told_counts() {
    for (sum, unit) in [
        (json!({"type": "integer"}), "kopecks"),
        (json!({"type": "integer", "format": "int64", "example": 12550}), "kopecks"),
        (json!({"type": "string", "format": "int64"}), "kopecks"),
        (json!({"type": "string", "pattern": "^\\d+$"}), "kopecks"),
        (json!({"type": "string", "example": "12550"}), "kopecks"),
        (json!({"type": "number", "multipleOf": 1}), "kopecks"),
        (json!({"type": "number", "description": "в копейках"}), "kopecks"),
        (json!({"type": "number", "description": "в рублях", "example": 12.5}), "rubles"),
        (json!({"type": "string", "description": "Сумма, руб."}), "rubles"),
    ] {
        let binding = learnt(&sum);
        let lines = binding.lines();
        for (method, key) in [(Method::Refill, "field.sum"), (Method::RegisterCheck, "field.moneySpent")] {
            let line = lines.iter().find(|line| line.method == Some(method) && line.key == key);
            assert!(line.is_some_and(|line| line.value.contains(unit)), "{sum}: {line:?}");
        }
        for method in [Method::Refill, Method::RegisterCheck] {
            assert_eq!(binding.unsupported(method), None, "{method:?} {sum}");
        }
    }
}

/// A unit that all texts name holds for several names of one sum as well.
#[test]
fn a_unit_of_the_whole_document_answers_for_a_bare_number() {
    let mut all = document(&json!({"type": "number"}));
    for (said, blocked) in [("Все суммы в копейках", false), ("Все суммы в рублях", false), ("Суммы", true)]
    {
        all["info"]["description"] = json!(said);
        let binding = learn(all.to_string().as_bytes()).unwrap().binding;
        for method in OF_MONEY {
            assert_eq!(binding.unsupported(method).is_some(), blocked, "{said} {method:?}");
        }
    }
}

/// One line answers for all sums of an answer, the parts that burn and wait among them; a line of each field for a request.
#[test]
fn an_administrator_tells_the_unit_of_an_answer_once() {
    let part = |date: &str| {
        json!({"type": "array", "items": {"type": "object", "properties": {
        date: {"type": "string", "format": "date"}, "sum": {"$ref": "#/components/schemas/Money"}}}})
    };
    for money in [
        json!({"type": "number"}),
        json!({"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}}}),
    ] {
        let reference = json!({"$ref": "#/components/schemas/Money"});
        let mut all = document(&reference);
        all["components"]["schemas"]["Money"] = money.clone();
        let answer = "/paths/~1api~1v0~1accounts~1get_balance_extended/post/responses/200/content/application~1json/schema/properties";
        let properties = all.pointer_mut(answer).unwrap();
        properties["neverBurns"] = reference;
        properties["burning"] = part("date");
        properties["waiting"] = part("dateLateIssue");
        let mut binding = learn(all.to_string().as_bytes()).unwrap().binding;
        for method in OF_MONEY {
            assert!(binding.unsupported(method).is_some(), "{method:?} {money}");
        }
        binding.overrule(Some(Method::BalanceExtended), "answer.money", "rubles").unwrap();
        assert_eq!(binding.unsupported(Method::BalanceExtended), None, "{money}");
        let answer = &binding.method(Method::BalanceExtended).unwrap().answer;
        let of_money =
            answer.fields.iter().filter(|(field, _)| field.unit() == probonus_contract::contract::Unit::Money);
        assert_eq!(of_money.count(), 0, "{money}: every sum is read, and by that unit");
        // The sum that is sent is a question of its own.
        binding.overrule(Some(Method::Refill), "answer.money", "rubles").unwrap();
        assert!(binding.unsupported(Method::Refill).is_some_and(|why| why.contains("kopecks or rubles")), "{money}");
    }
}

/// One line of the server answers for every sum of which nothing is said, those of requests and whole numbers among them.
#[test]
fn an_administrator_tells_the_unit_of_the_server_once() {
    for sum in [
        json!({"type": "number"}),
        json!({"type": "integer", "example": 125.5}),
        json!({"type": "string", "format": "decimal"}),
        json!({"type": "integer"}),
    ] {
        let mut binding = learnt(&sum);
        binding.overrule(None, "money", "rubles").unwrap();
        for method in [Method::Refill, Method::RegisterCheck] {
            assert_eq!(binding.unsupported(method), None, "{method:?} {sum}");
        }
        let lines = binding.lines();
        for (method, key) in [
            (Method::Refill, "field.sum"),
            (Method::RegisterCheck, "field.moneySpent"),
            (Method::RegisterCheck, "field.bonusSpent"),
            (Method::BalanceExtended, "answer.money"),
        ] {
            let line = lines.iter().find(|line| line.method == Some(method) && line.key == key);
            assert!(line.is_some_and(|line| line.value.contains("rubles")), "{method:?} {key} {sum}: {line:?}");
        }
    }
    // What the document says of a sum stays, and what nobody can know is asked still.
    for (sum, left) in [
        (json!({"type": "integer", "description": "в копейках"}), Some("kopecks")),
        (json!({"type": "integer", "description": "рубли или копейки"}), None),
    ] {
        let mut binding = learnt(&sum);
        binding.overrule(None, "money", "rubles").unwrap();
        let line =
            binding.lines().into_iter().find(|line| line.method == Some(Method::Refill) && line.key == "field.sum");
        match left {
            Some(left) => assert!(line.is_some_and(|line| line.value.contains(left)), "{sum}"),
            None => assert!(binding.unsupported(Method::Refill).is_some(), "{sum}"),
        }
    }
}

/// What a document says of all its sums stays, also of sums that an answer does not list.
#[test]
fn the_line_of_the_server_overrules_nothing_that_the_document_says() {
    let mut all = document(&json!({"type": "number"}));
    all["info"]["description"] = json!("Все суммы в копейках");
    let mut binding = learn(all.to_string().as_bytes()).unwrap().binding;
    binding.overrule(None, "money", "rubles").unwrap();
    for line in binding.lines().into_iter().filter(|line| line.method.is_some()) {
        let is_described = OF_MONEY.contains(&line.method.unwrap());
        assert!(!is_described || !line.value.contains("rubles"), "{line:?}");
    }
}

/// A number with a fraction beside rubles is in rubles.
#[test]
fn an_amount_with_a_fraction_beside_rubles_is_in_rubles() {
    let money = |amount: Value, currency: Value| {
        let binding = learnt(&json!({"type": "object", "properties": {"amount": amount, "currency": currency}}));
        binding.unsupported(Method::Refill)
    };
    let rubles = || json!({"type": "string", "example": "RUB"});
    assert_eq!(money(json!({"type": "number", "example": 1541.11}), rubles()), None);
    assert_eq!(money(json!({"type": "string", "example": "1541.10"}), rubles()), None);
    assert!(money(json!({"type": "number", "example": 1541}), rubles()).is_some());
    assert!(money(json!({"type": "number", "example": 1541.11}), json!({"type": "string"})).is_some());
}

/// A value that the document gives for an account, a phone or a receipt is not sent with every call.
#[test]
fn a_value_of_the_document_never_stands_for_a_guest() {
    for (name, said) in [("schet", ""), ("КодСчета", ""), ("owner", "Код счёта"), ("to", "Телефон гостя")]
    {
        let document = json!({"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {
            "/api/v0/accounts/{accountId}/refill": {"post": {
                "parameters": [{"name": "accountId", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": [name, "sum"], "properties": {
                    name: {"type": "string", "description": said, "default": "001"}, "sum": {"type": "integer"}}}}}}}}}});
        let binding = learn(document.to_string().as_bytes()).unwrap().binding;
        let bound = binding.method(Method::Refill).unwrap();
        assert!(bound.constants.is_empty(), "{name}: {:?}", bound.constants);
    }
}
