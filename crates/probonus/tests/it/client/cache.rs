//! Nothing is asked of a cache, and what one answers is noticed.

use probonus::Loyalty;

use super::support::{GROUPS, Reply, Server, client, refill};

fn groups_with(headers: &str) -> Reply {
    let length = GROUPS.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    Reply::Bytes(format!("{head}{headers}content-length: {length}\r\n\r\n{GROUPS}").into_bytes())
}

#[tokio::test]
async fn every_request_asks_for_an_answer_that_no_cache_keeps() {
    let server = Server::always(groups_with("")).await;
    let client = client(&server);
    client.groups().await.unwrap();
    let _ = client.refill(&refill()).await;
    client.fetch_document("/swagger.json").await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        let request = request.to_lowercase();
        assert!(request.contains("\r\ncache-control: no-cache, no-store\r\n"), "{request}");
        assert!(request.contains("\r\npragma: no-cache\r\n"), "{request}");
    }
}

#[tokio::test]
async fn an_answer_of_a_cache_is_counted() {
    for (headers, is_of_a_cache) in [
        ("", false),
        ("age: 0\r\n", false),
        ("age: 312\r\n", true),
        ("x-cache: HIT from proxy.office\r\n", true),
        ("x-cache: MISS from proxy.office\r\n", false),
        ("x-cache-status: STALE\r\n", true),
        ("x-cache-status: BYPASS\r\n", false),
        ("cache-status: squid; hit\r\n", true),
        ("cache-status: squid; fwd=stale; fwd-status=200\r\n", false),
        ("warning: 110 - \"Response is stale\"\r\n", true),
    ] {
        let server = Server::always(groups_with(headers)).await;
        let client = client(&server);
        client.groups().await.unwrap();
        assert_eq!(client.cached_answers(), u64::from(is_of_a_cache), "{headers:?}");
    }
}
