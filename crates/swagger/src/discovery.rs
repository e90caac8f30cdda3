//! Where servers publish their Swagger document.

/// Addresses under a server, the likeliest first.
pub const ADDRESSES: [&str; 34] = [
    "/swagger/v0/swagger.json",
    "/swagger/v1/swagger.json",
    "/swagger.json",
    "/api/v0/swagger.json",
    "/api/swagger.json",
    "/api/v0/openapi.json",
    "/openapi.json",
    "/api/openapi.json",
    "/swagger/docs/v0",
    "/swagger/docs/v1",
    "/v3/api-docs",
    "/v2/api-docs",
    "/api-docs",
    "/api/docs.json",
    "/docs/swagger.json",
    "/openapi/v1.json",
    "/swagger/doc.json",
    "/api/schema",
    "/swagger.yaml",
    "/openapi.yaml",
    "/swagger/v1/swagger.yaml",
    "/api/v0/swagger.yaml",
    "/docs/openapi.json",
    "/swagger-json",
    "/api/swagger/v1/swagger.json",
    "/openapi/v0.json",
    "/docs/api-docs.json",
    "/docs?api-docs.json",
    "/api-json",
    "/docs-json",
    "/api/docs-json",
    "/swagger/?format=openapi",
    "/api/schema/?format=json",
    "/q/openapi",
];

/// Pages for people, and configuration files of such pages, whose text names the address of the document; see
/// [`addresses_in_page`].
pub const PAGES: [&str; 18] = [
    "/swagger",
    "/swagger/index.html",
    "/swagger/ui/index",
    "/swagger-ui.html",
    "/swagger-ui/index.html",
    "/swagger-resources",
    "/v3/api-docs/swagger-config",
    "/swagger-ui/swagger-initializer.js",
    "/swagger/swagger-initializer.js",
    "/swagger/index.js",
    "/docs",
    // The vendor's own sample has its viewer there [E].
    "/docs/api/v1.0",
    "/docs/api/v0",
    "/api/v0/docs",
    "/redoc",
    "/api/documentation",
    "/api/docs",
    "/scalar/v1",
];

/// The most addresses that are taken from one page.
const MOST: usize = 16;

/// The addresses of documents that a page of Swagger UI, ReDoc or another viewer names, as they are written: absolute, from the
/// root, or relative to the page. A list of several (`urls`, `swagger-resources`, `discoveryPaths`) gives all of them.
#[must_use]
pub fn addresses_in_page(page: &str) -> Vec<String> {
    // Undoes the escapes of quotes and slashes in scripts and attributes.
    let page = page.replace("\\u0022", "\"").replace("&quot;", "\"").replace("&#34;", "\"").replace("\\/", "/");
    let pieces: Vec<&str> = page.split(['"', '\'', '`']).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, text) in pieces.iter().enumerate().skip(1) {
        // Old Swashbuckle has its list in one text, from the root: `discoveryPaths: arrayFrom('swagger/docs/v1|swagger/docs/v2')`.
        let from_root = pieces[at - 1].contains("discoveryPaths");
        let named = from_root || is_named(&pieces[..at]);
        for address in text.split('|').filter(|address| is_address(address, named)) {
            let address = if from_root { format!("/{}", address.trim_start_matches('/')) } else { address.to_owned() };
            if !found.contains(&address) && found.len() < MOST {
                found.push(address);
            }
        }
    }
    found
}

/// Whether the pieces end with a key by which viewers name a document: `"url": `, `url: `, `spec-url=`.
fn is_named(pieces: &[&str]) -> bool {
    const KEYS: [&str; 8] =
        ["url", "location", "spec-url", "specurl", "swaggerurl", "apidescriptionurl", "configurl", "data-url"];
    let Some((before, earlier)) = pieces.split_last() else { return false };
    let unquoted = before.trim_end().strip_suffix([':', '=']).map(str::trim_end);
    let key = if before.trim() == ":" { earlier.last().copied() } else { unquoted };
    let word = key.and_then(|key| key.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next());
    word.is_some_and(|word| KEYS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Whether a text may be the address of a document. `named`: a key says so; otherwise its own words must, such as `swagger`.
fn is_address(text: &str, named: bool) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    let document = [".json", ".yaml", ".yml"].iter().any(|tail| path.ends_with(tail));
    let telling = ["swagger", "openapi", "api-docs", "docs/v", "schema"].iter().any(|word| path.contains(word));
    let plain = !text.is_empty() && text.len() < 300 && !text.starts_with("//");
    let address = plain && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '{' | '(' | ','));
    let asset =
        [".js", ".css", ".png", ".svg", ".html", ".map", ".ico", ".txt"].iter().any(|tail| path.ends_with(tail));
    let rooted = text.contains('/') || document;
    let told = telling && (document || path.contains("api-docs") || path.contains("docs/v"));
    address && rooted && !asset && (named || told)
}

/// An address from a page, relative to the server, whose address has the path `base`. `page`: the path of the page. An absolute
/// address stays as it is.
#[must_use]
pub fn below(page: &str, address: &str, base: &str) -> String {
    if address.contains("://") {
        return address.to_owned();
    }
    // An address from the root of a proxy includes the proxy's path.
    let inside = address.strip_prefix(base).filter(|rest| rest.starts_with('/') && !base.is_empty());
    let address = inside.unwrap_or(address);
    // The host does not matter: only the path is used.
    let found = url::Url::parse("http://server").and_then(|server| server.join(page)?.join(address));
    found.map_or_else(|_| address.to_owned(), |found| found[url::Position::BeforePath..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_s_page_tells_where_its_document_is() {
        let page = r#"<script src="./swagger-ui-bundle.js"></script><script>
            SwaggerUIBundle({ url: "/swagger/v2/swagger.json", dom_id: '#swagger-ui' })</script>"#;
        assert_eq!(addresses_in_page(page), ["/swagger/v2/swagger.json"]);
        let redoc = "<redoc spec-url='docs/openapi.yaml?v=3'></redoc>";
        assert_eq!(addresses_in_page(redoc), ["docs/openapi.yaml?v=3"]);
        let resources = r#"[{"name":"default","url":"\/v2\/api-docs?group=office","swaggerVersion":"2.0"}]"#;
        assert_eq!(addresses_in_page(resources), ["/v2/api-docs?group=office"]);
        let scalar = "<div data-configuration='{&quot;url&quot;:&quot;openapi/v1.json&quot;}'></div>";
        assert_eq!(addresses_in_page(scalar), ["openapi/v1.json"]);
        assert!(addresses_in_page("<html><body>It works!</body></html>").is_empty());
    }

    /// As the servers' own pages have it: Swashbuckle of both ages, springdoc, springfox, NSwag, Swagger UI by hand.
    #[test]
    fn a_list_of_documents_is_read_whole() {
        let swashbuckle = r#"var configObject = JSON.parse('{"urls":[{"url":"/docs/accounts","name":"Счета"},
            {"url":"v1/external.json","name":"External"}],"deepLinking":false,"validatorUrl":null}');
            configObject.oauth2RedirectUrl = new URL("oauth2-redirect.html", window.location.href).href;"#;
        assert_eq!(addresses_in_page(swashbuckle), ["/docs/accounts", "v1/external.json"]);
        let classic = "window.swashbuckleConfig = {rootUrl: 'https://host:443',
            discoveryPaths: arrayFrom('swagger/docs/v0|swagger/docs/ext'), docExpansion: 'none'};";
        assert_eq!(addresses_in_page(classic), ["/swagger/docs/v0", "/swagger/docs/ext"]);
        let springdoc = r#"{"configUrl":"/v3/api-docs/swagger-config","oauth2RedirectUrl":"https://host/swagger-ui/oauth2-redirect.html",
            "urls":[{"url":"/v3/api-docs/accounts","name":"accounts"},{"url":"/v3/api-docs/auth","name":"auth"}],"validatorUrl":""}"#;
        assert_eq!(
            addresses_in_page(springdoc),
            ["/v3/api-docs/swagger-config", "/v3/api-docs/accounts", "/v3/api-docs/auth"]
        );
        let springfox = r#"[{"name":"a","url":"/specs/a","location":"/specs/a"},{"name":"b","location":"/specs/b"}]"#;
        assert_eq!(addresses_in_page(springfox), ["/specs/a", "/specs/b"]);
        let by_hand = "SwaggerUIBundle({ urls: [{name: 'A', url: './a.yaml'}, {name: `B`, url : `../specs/b`}],
            onComplete: function () { ui.initOAuth({ clientId: 'x/y', url: 'style.css' }) } })";
        assert_eq!(addresses_in_page(by_hand), ["./a.yaml", "../specs/b"]);
        let elements = r#"<elements-api apiDescriptionUrl="/described" router="hash" basePath="/x/y"></elements-api>"#;
        assert_eq!(addresses_in_page(elements), ["/described"]);
        let endless = (0..99).map(|n| format!("url: '/docs/{n}.json'")).collect::<String>();
        assert_eq!(addresses_in_page(&endless).len(), MOST);
    }

    #[test]
    fn an_address_is_found_from_its_page() {
        for (page, address, wanted) in [
            ("/swagger/index.html", "v1/swagger.json", "/swagger/v1/swagger.json"),
            ("/swagger/index.html", "./v1/swagger.json?x=a/../b", "/swagger/v1/swagger.json?x=a/../b"),
            ("/swagger/ui/index", "../docs/v1", "/swagger/docs/v1"),
            ("/swagger", "../../../a", "/a"),
            ("/swagger", "/a", "/a"),
            ("/v3/api-docs/swagger-config", "/gate/v3/api-docs/office", "/v3/api-docs/office"),
            ("/swagger", "/gateway/swagger.json", "/gateway/swagger.json"),
            ("/swagger", "https://other/a", "https://other/a"),
        ] {
            assert_eq!(below(page, address, "/gate"), wanted, "{page} {address}");
        }
    }
}
