use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Connections open at once; more wait to be accepted.
const CONNECTIONS: usize = 1024;

/// How long a connection may bring nothing, between requests or within one.
const READ_WAIT: Duration = Duration::from_secs(90);

/// How long a client may take nothing of an answer.
const WRITE_WAIT: Duration = Duration::from_secs(30);

/// A listener that bounds the number of its connections and gives up on clients that stand still.
pub(crate) struct Patient {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Patient {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(CONNECTIONS)) }
    }
}

impl Listener for Patient {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // The semaphore is never closed; without a permit a connection would merely not be counted.
        let permit = self.room.clone().acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers go out in one piece; waiting for more only delays them.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            stream,
            reading: Box::pin(sleep(READ_WAIT)),
            writing: Box::pin(sleep(WRITE_WAIT)),
            write_stalled: false,
            _permit: permit,
        };
        (connection, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection with a clock for each direction.
pub(crate) struct Connection {
    stream: TcpStream,
    reading: Pin<Box<Sleep>>,
    writing: Pin<Box<Sleep>>,
    write_stalled: bool,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    fn wrote<T>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.write_stalled = false;
            // While an answer goes out nothing need come in.
            self.reading.as_mut().reset(Instant::now() + READ_WAIT);
            return poll;
        }
        if !self.write_stalled {
            self.write_stalled = true;
            self.writing.as_mut().reset(Instant::now() + WRITE_WAIT);
        }
        ready!(self.writing.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(result) => {
                self.reading.as_mut().reset(Instant::now() + READ_WAIT);
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(self.reading.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(cx, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(cx, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
