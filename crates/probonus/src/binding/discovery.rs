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

/// Pages for people, and lists for them, whose text names the address of the document; see [`addresses_in_page`].
pub const PAGES: [&str; 15] = [
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
    "/redoc",
    "/api/documentation",
    "/api/docs",
    "/scalar/v1",
];

/// The addresses of documents that a page of Swagger UI, ReDoc or another viewer names, as they stand there: absolute, from
/// the root, or relative to the page.
#[must_use]
pub fn addresses_in_page(page: &str) -> Vec<String> {
    const MOST: usize = 16;
    // As scripts and attributes write a quote and a slash.
    let page = page.replace("\\u0022", "\"").replace("&quot;", "\"").replace("&#34;", "\"").replace("\\/", "/");
    let quoted = page.split(['"', '\'', '`']).skip(1);
    let mut found = Vec::new();
    for text in quoted {
        let path = text.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        let document = path.ends_with(".json") || path.ends_with(".yaml") || path.ends_with(".yml");
        let telling = ["swagger", "openapi", "api-docs", "docs/v", "schema"].iter().any(|word| path.contains(word));
        let address =
            !text.is_empty() && text.len() < 300 && !text.contains(char::is_whitespace) && !text.contains('<');
        let asset = [".js", ".css", ".png", ".html", ".map", ".ico"].iter().any(|tail| path.ends_with(tail));
        let rooted = text.contains('/') || document;
        if address && telling && rooted && !asset && (document || path.contains("api-docs") || path.contains("docs/v"))
        {
            found.push(text.to_owned());
        }
        if found.len() == MOST {
            break;
        }
    }
    found.dedup();
    found
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
}
