using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Microsoft.Extensions.Options;
using Document = Ips.Platform.StoredDocuments.Document;

namespace Ips.Eligibility.Documents;

/// <summary>
/// The documents of Eligibility: of a person, for a request for an authorization that will name them, or of a request, first or renewal. When one arrives for a
/// request that waits for it, the request is decided again.
/// </summary>
public sealed class RequestDocuments(
    Caller caller, AuthorizationReader authorizations, IndividualReader people, Lazy<AddDocuments> add, IOptions<DocumentOptions> options, TimeProvider clock)
    : IDocumentSubjects
{
    /// <param name="Individual">The person.</param>
    private sealed record Arriving(IndividualId Individual) : DocumentSubject(Individual);

    /// <inheritdoc/>
    public IReadOnlySet<DocumentKind> Kinds { get; } = Enum.GetValues<DocumentKind>().Where(kind => kind >= DocumentKind.Assessment).ToHashSet();

    /// <inheritdoc/>
    public DateOnly Today => clock.UtcDay();

    /// <inheritdoc/>
    public async Task<Result<DocumentSubject>> Find(UploadDocumentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var isOfPerson = IndividualId.TryParse(request.Subject, out var person);
        AuthorizationId id = default;
        fields.Require(isOfPerson || AuthorizationId.TryParse(request.Subject, out id), "subject", "is neither individuals/{uuid} nor authorizations/{uuid}");
        foreach (var (i, content) in request.Contents.Index())
            fields.Require(IsContent(request.Kind, content), $"contents[{i}]", "is not the code of a content of such a document");
        if (fields.Problem is { } bad)
            return bad;
        if (isOfPerson)
        {
            return await people.Find(caller, person, cancellationToken) is { } individual && individual.Provider == caller.Organization
                ? new DocumentSubject(individual.Id) : new Problem.NotFound("individual", request.Subject);
        }

        if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Subject);
        return NamedDocuments.Misfit(request.Kind, authorization.Renews is not null) is { } misfit
            ? new Problem.Invalid("kind", misfit) : new Arriving(authorization.IndividualId);
    }

    /// <inheritdoc/>
    public Task<Result<DocumentSubject>> Gather(IndividualId individual, CancellationToken cancellationToken) =>
        Task.FromResult<Result<DocumentSubject>>(new DocumentSubject(individual));

    /// <inheritdoc/>
    public async Task<Result<Changes>> DecideAgain(DocumentSubject subject, Document document, Changes changes, CancellationToken cancellationToken)
    {
        if (!AuthorizationId.TryParse(document.Subject, out _))
            return changes;
        var decided = await add.Value.Arrived(document, options.Value.IsUsable(document.Content!.Scan), changes, cancellationToken);
        // A scan that ends after the request was decided changes nothing in it.
        return subject is not Arriving && decided.Problem is Problem.Conflict ? changes : decided;
    }

    /// <inheritdoc/>
    public async Task<Problem?> Withheld(Document document, CancellationToken cancellationToken) =>
        caller.Role != Roles.Provider && (await people.Find(caller, document.IndividualId, cancellationToken) is not { } individual
            || Redisclosure.To(caller, clock).WithholdsTexts(individual))
            ? new Problem.Forbidden("without a consent in force that covers the payer the bytes are withheld (42 CFR Part 2)") : null;

    /// <summary>Whether a kind of document has such a content: a plan, a transition plan, or a document of a renewal, which shows conditions.</summary>
    internal static bool IsContent(DocumentKind kind, string content) => kind switch
    {
        DocumentKind.IntegratedPcp or DocumentKind.UpdatedIntegratedPcp => Codes.Parse<PcpContent>(content) is not null,
        DocumentKind.IpsTransitionPlan => Codes.Parse<TransitionPlanContent>(content) is not null,
        >= DocumentKind.ServicePlan => Codes.Parse<ContinuedServiceCriterion>(content) is not null,
        _ => false,
    };
}
