fn main() {
    println!("cutscape");
}
