using Ips.Contracts;
using Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>Whom a document is about, with what the service gathered to decide again what rests on the person's documents.</summary>
/// <param name="Individual">The person; of a merged record the survivor.</param>
public record DocumentSubject(IndividualId Individual);

/// <summary>What a service that stores documents knows of them: whose they are, and what rests on them.</summary>
public interface IDocumentSubjects
{
    /// <summary>The kinds that the rules of the service read.</summary>
    IReadOnlySet<DocumentKind> Kinds { get; }

    /// <summary>Today for documents.</summary>
    DateOnly Today { get; }

    /// <summary>Finds the subject of a new document; one that the caller may not see is not found.</summary>
    Task<Result<DocumentSubject>> Find(DocumentKind kind, string subject, CancellationToken cancellationToken);

    /// <summary>Gathers for a person whose document changed, outside of a request.</summary>
    Task<Result<DocumentSubject>> Gather(IndividualId individual, CancellationToken cancellationToken);

    /// <summary>Decides again what rests on the documents of the person, as they will be stored.</summary>
    /// <param name="subject">What <see cref="Find"/> or <see cref="Gather"/> returned.</param>
    /// <param name="document">The new or changed document, with its content.</param>
    /// <param name="changes">Gets what changes.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<Result<Changes>> DecideAgain(DocumentSubject subject, Document document, Changes changes, CancellationToken cancellationToken);
}
