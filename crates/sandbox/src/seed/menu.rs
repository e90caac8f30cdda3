//! The menu of the restaurants.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::names::pick;
use crate::core::model::Dish;

/// Dishes and their prices, rubles.
const DISHES: [(&str, i64); 40] = [
    ("Борщ с говядиной", 490),
    ("Солянка мясная сборная", 520),
    ("Уха из судака", 560),
    ("Суп-крем из тыквы", 430),
    ("Окрошка на квасе", 390),
    ("Салат «Оливье» с языком", 540),
    ("Салат «Цезарь» с курицей", 620),
    ("Винегрет с бочковыми огурцами", 350),
    ("Сельдь под шубой", 420),
    ("Тартар из говядины", 890),
    ("Холодец с хреном", 460),
    ("Ассорти домашних солений", 480),
    ("Пельмени сибирские", 590),
    ("Вареники с вишней", 440),
    ("Блины с красной икрой", 990),
    ("Сырники со сметаной", 410),
    ("Каша гречневая с белыми грибами", 450),
    ("Котлета по-киевски", 680),
    ("Бефстроганов с картофельным пюре", 840),
    ("Утиная ножка с яблоками", 1150),
    ("Шашлык из свиной шеи", 790),
    ("Стейк рибай, 300 г", 2890),
    ("Судак на гриле", 1090),
    ("Котлеты из щуки", 760),
    ("Паста карбонара", 650),
    ("Пицца «Четыре сыра»", 790),
    ("Хачапури по-аджарски", 620),
    ("Картофель жареный с лисичками", 540),
    ("Медовик", 390),
    ("Наполеон", 410),
    ("Мороженое пломбир", 290),
    ("Морс клюквенный, 0,5 л", 260),
    ("Квас домашний, 0,5 л", 220),
    ("Чай облепиховый, чайник", 520),
    ("Капучино", 290),
    ("Американо", 230),
    ("Лимонад «Тархун»", 340),
    ("Пиво «Жигулёвское», 0,5 л", 380),
    ("Вино белое, бокал", 590),
    ("Вода минеральная, 0,5 л", 210),
];

/// Dishes sold by weight, and their prices per kilogram, rubles.
const BY_WEIGHT: [(&str, i64); 3] =
    [("Раки варёные, кг", 3400), ("Торт «Прага», кг", 2200), ("Шашлык из баранины, кг", 2950)];

const WAITERS: [&str; 8] = [
    "Смирнова Олеся",
    "Хасанов Тимур",
    "Ермакова Дарья",
    "Рыбаков Глеб",
    "Цой Алина",
    "Мусаев Рустам",
    "Тарасова Инна",
    "Кассир 2",
];

/// A waiter.
pub fn waiter(rng: &mut ChaCha8Rng) -> String {
    (*pick(rng, &WAITERS)).to_owned()
}

/// A line of a receipt: `count` portions of the dish with this number.
pub fn dish(number: usize, count: i64) -> Dish {
    let (name, rubles) = DISHES[number % DISHES.len()];
    Dish { name: name.to_owned(), quantity: count * 1000, price: rubles * 100, sum: rubles * 100 * count }
}

/// The dishes of a receipt.
pub fn order(rng: &mut ChaCha8Rng) -> Vec<Dish> {
    let mut dishes: Vec<Dish> = Vec::new();
    for _ in 0..rng.random_range(2..8) {
        let dish = dish(rng.random_range(0..DISHES.len()), if rng.random_ratio(1, 5) { 2 } else { 1 });
        if dishes.iter().all(|known| known.name != dish.name) {
            dishes.push(dish);
        }
    }
    if rng.random_ratio(1, 8) {
        let &(name, rubles) = pick(rng, &BY_WEIGHT);
        let quantity = rng.random_range(25..140) * 10;
        let price = rubles * 100;
        dishes.push(Dish { name: name.to_owned(), quantity, price, sum: price * quantity / 1000 });
    }
    dishes
}
