use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::city::City;

#[test]
fn the_server_answers_until_it_is_told_to_stop() {
    let city = City::empty();
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = city.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = city.app.clone();
    let serving = city.spawn(lanwan_server::serve(app, listener, async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(b"GET /api/v1/places HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("[]"), "{answer}");

    // A connection that says nothing does not hold the end up.
    let _idle = TcpStream::connect(address).expect("a connection");
    let begun = Instant::now();
    stop.send(()).expect("the server");
    city.block_on(serving).expect("no panic").expect("a clean end");
    assert!(begun.elapsed() < Duration::from_secs(12));
    assert!(TcpStream::connect(address).is_err());
}
