//! The program that trunk builds: [`web::start`], because a library can be tested natively and a program cannot.

fn main() {
    web::start();
}
