//! Every screen at every size, as text and as styles, and whole walks through the dashboard.

#[path = "screens/world.rs"]
mod world;

use world::{Desk, text};

#[test]
fn look() {
    for (w, h) in [(140, 40), (100, 30), (80, 24), (60, 20)] {
        let desk = Desk::new(w, h);
        println!("{}", desk.screen(w, h));
    }
    let mut desk = Desk::new(100, 30);
    desk.keys("4");
    println!("{}", desk.screen(100, 30));
    desk.keys("6");
    println!("{}", desk.screen(100, 30));
    desk.keys("1 enter");
    println!("{}", desk.screen(100, 30));
    desk.keys("?");
    println!("{}", desk.screen(100, 30));
    desk.keys("esc :");
    desk.text("sync ac");
    println!("{}", desk.screen(100, 30));
    let _ = text;
}
