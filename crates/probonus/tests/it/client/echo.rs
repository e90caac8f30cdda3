//! A server that repeats in its errors what it was sent.

use probonus::{
    Auth, Error, Loyalty,
    binding::{Place, SecretConstant},
    codec::SecretConstants,
};

use super::support::{GROUPS, Server, builder, client, json, refill};

const PASSWORD: &str = "pa55word";

/// Every text of an error.
fn texts(error: &Error) -> String {
    let texts = [error.server_message(), error.json_path(), error.detail()];
    format!("{error} {error:?} {}", texts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_token_and_a_key_that_a_server_repeats_are_masked() {
    let said =
        r#"{"message":"Токен s3cr3t-t0ken неверен (Bearer S3CR3T-T0KEN, czNjcjN0LXQwa2Vu, ключ the%2Dkey%2F1)"}"#;
    let mut keys = SecretConstants::default();
    keys.insert(SecretConstant { place: Place::Header, name: "X-Api-Key".into() }, "the-key/1".into());
    for status in [200, 400, 401, 500] {
        let server = Server::always(json(status, &said.replace("{\"m", "{\"success\":false,\"m"))).await;
        let client = client(&server).with_secrets(keys.clone());
        let read = client.groups().await.unwrap_err();
        let write = client.refill(&refill()).await.unwrap_err();
        for error in [read, write] {
            let told = "Токен ••• неверен (Bearer •••, •••, ключ •••)";
            assert_eq!(error.server_message(), Some(told), "{status}: {}", texts(&error));
        }
        if status >= 400 {
            let document = client.fetch_document("/swagger.json").await.unwrap_err();
            assert!(!texts(&document).to_lowercase().contains("s3cr3t"), "{}", texts(&document));
        }
    }
}

#[tokio::test]
async fn a_password_and_the_tokens_of_a_session_are_masked_also_when_it_is_over() {
    let script = |nth: usize, request: &str| match (nth, request.contains("/auth/")) {
        (0, _) => json(200, r#"{"accessToken":"access-one","refreshToken":"refresh-one"}"#),
        (1, _) => json(200, GROUPS),
        (2, _) => json(401, r#"{"message":"access-one"}"#),
        (3, _) => json(200, r#"{"accessToken":"access-two","refreshToken":"refresh-two"}"#),
        _ => json(
            400,
            r#"{"message":"access-one, refresh-one, access-two, refresh-two, bWFuYWdlcjpwYTU1d29yZA==, pa55word"}"#,
        ),
    };
    let server = Server::start(script).await;
    let auth = Auth::Login { login: "manager".to_owned(), password: PASSWORD.into() };
    let client = builder(&server.url()).auth(auth).build().unwrap();
    client.groups().await.unwrap();
    let error = client.groups().await.unwrap_err();
    assert_eq!(error.server_message(), Some("•••, •••, •••, •••, •••==, •••"), "{}", texts(&error));
}

/// A login that is refused is remembered, and told again to each later call.
#[tokio::test]
async fn a_refused_login_does_not_tell_its_password() {
    let server = Server::always(json(401, r#"{"message":"manager / pa55word: неверный пароль"}"#)).await;
    let auth = Auth::Login { login: "manager".to_owned(), password: PASSWORD.into() };
    let client = builder(&server.url()).auth(auth).build().unwrap();
    for _ in 0..2 {
        let error = client.groups().await.unwrap_err();
        assert_eq!(error.server_message(), Some("manager / •••: неверный пароль"));
    }
    assert_eq!(server.requests().len(), 1);
}
