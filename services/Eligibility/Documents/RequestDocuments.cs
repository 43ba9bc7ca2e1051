using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Individuals;
using Microsoft.Extensions.Options;
using Document = Ips.Platform.StoredDocuments.Document;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Documents;

/// <summary>
/// The documents of Eligibility: each belongs to a request for an authorization, first or renewal. When one arrives, a request that waits for it is decided again.
/// </summary>
public sealed class RequestDocuments(
    Caller caller, AuthorizationReader authorizations, IndividualReader people, Lazy<AddDocuments> add, IOptions<DocumentOptions> options, TimeProvider clock)
    : IDocumentSubjects
{
    /// <param name="Individual">The person.</param>
    /// <param name="Later">What the document is and contains.</param>
    private sealed record Arriving(IndividualId Individual, Proto.AddDocumentsRequest Later) : DocumentSubject(Individual);

    /// <inheritdoc/>
    public IReadOnlySet<DocumentKind> Kinds { get; } = Enum.GetValues<DocumentKind>().Where(kind => kind >= DocumentKind.Assessment).ToHashSet();

    /// <inheritdoc/>
    public DateOnly Today => clock.UtcDay();

    /// <inheritdoc/>
    public async Task<Result<DocumentSubject>> Find(UploadDocumentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("subject", request.Subject);
        var later = Read(request, fields);
        if (fields.Problem is { } bad)
            return bad;
        if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Subject);
        var isOfRenewal = WireCode.TryRead<Proto.RenewalDocument>(WireCode.Lower(request.Kind), out _);
        return isOfRenewal == authorization.Renews is not null ? new Arriving(authorization.IndividualId, later)
            : new Problem.Invalid("kind", isOfRenewal ? "is a document of a renewal; this is a first request" : "is a document of a first request; this is a renewal");
    }

    /// <inheritdoc/>
    public Task<Result<DocumentSubject>> Gather(IndividualId individual, CancellationToken cancellationToken) =>
        Task.FromResult<Result<DocumentSubject>>(new DocumentSubject(individual));

    /// <inheritdoc/>
    public async Task<Result<Changes>> DecideAgain(DocumentSubject subject, Document document, Changes changes, CancellationToken cancellationToken)
    {
        var later = (subject as Arriving)?.Later;
        var decided = await add.Value.Arrived(document, later?.Clone() ?? new(), options.Value.IsUsable(document.Content!.Scan), changes, cancellationToken);
        // A scan that ends after the request was decided changes nothing in it.
        return later is null && decided.Problem is Problem.Conflict ? changes : decided;
    }

    /// <inheritdoc/>
    public async Task<Problem?> Withheld(Document document, CancellationToken cancellationToken) =>
        caller.Role != Roles.Provider && (await people.Find(caller, document.IndividualId, cancellationToken) is not { } individual
            || Redisclosure.To(caller, clock).WithholdsTexts(individual))
            ? new Problem.Forbidden("without a consent in force that covers the payer the bytes are withheld (42 CFR Part 2)") : null;

    /// <summary>Adds what a document contains: of a plan, of a transition plan, or a condition that a document of a renewal shows; false for anything else.</summary>
    internal static bool TryAdd(Proto.AddDocumentsRequest later, DocumentKind kind, string content)
    {
        if (kind is DocumentKind.IntegratedPcp or DocumentKind.UpdatedIntegratedPcp && WireCode.TryRead<PlanContent>(content, out var plan))
            later.PcpContents.Add(plan);
        else if (kind == DocumentKind.IpsTransitionPlan && WireCode.TryRead<Proto.TransitionPlanContent>(content, out var transition))
            later.TransitionPlanContents.Add(transition);
        else if (kind >= DocumentKind.ServicePlan && WireCode.TryRead<Proto.ContinuedServiceCondition>(content, out var condition))
            later.ContinuedService.Add(condition);
        else
            return false;
        return true;
    }

    private static Proto.AddDocumentsRequest Read(UploadDocumentRequest request, RequestValidator fields)
    {
        Proto.AddDocumentsRequest later = new();
        foreach (var (i, content) in request.Contents.Index())
            fields.Require(TryAdd(later, request.Kind, content), $"contents[{i}]", "is not the code of a content of such a document");
        return later;
    }
}
