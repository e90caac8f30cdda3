//! Why nothing can be learnt from a document.

/// Why nothing was learnt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// Not a Swagger or OpenAPI document; the text says why.
    #[error("not a Swagger document: {0}")]
    Malformed(String),
    /// More than 16 MiB.
    #[error("the document is larger than 16 MiB")]
    TooLarge,
    /// Its schemas refer to one another in so many ways that no method could be read within the limit of work.
    #[error("the schemas of the document refer to one another in too many ways")]
    TooWide,
    /// A document of some other service: it has none of the contract's methods.
    #[error("the document «{0}» has no method of ProBonus")]
    OtherService(String),
}
