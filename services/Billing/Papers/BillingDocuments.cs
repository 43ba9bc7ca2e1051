using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;
using Document = Ips.Platform.StoredDocuments.Document;

namespace Ips.Billing.Papers;

/// <summary>
/// The documents of Billing: about a person, and the letters of Network Evaluation, each about its milestone. When one arrives, the person's milestones and
/// then their lines are decided again.
/// </summary>
public sealed class BillingDocuments(BillingDb db, Caller caller, EligibilityClient eligibility, ReconsiderClaimLines lines, TimeProvider clock) : IDocumentSubjects
{
    private sealed record Subject(IndividualId Individual, ReconsiderClaimLines.Evidence Evidence) : DocumentSubject(Individual);

    /// <inheritdoc/>
    public IReadOnlySet<DocumentKind> Kinds { get; } =
        Enum.GetValues<DocumentKind>().Where(kind => kind is > DocumentKind.Unspecified and <= DocumentKind.EducationRecord).ToHashSet();

    /// <inheritdoc/>
    public DateOnly Today => clock.UtcDay();

    /// <inheritdoc/>
    public async Task<Result<DocumentSubject>> Find(UploadDocumentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Contents.Count == 0, "contents", "is for documents of requests for an authorization; leave it out");
        var subject = request.Subject;
        if (request.Kind == DocumentKind.ApprovalLetter)
        {
            var id = fields.Id<MilestoneId>("subject", subject);
            if (fields.Problem is { } bad)
                return bad;
            return await db.Milestones.Where(m => m.Id == id && m.Provider == caller.Organization).Select(m => (IndividualId?)m.IndividualId)
                .SingleOrDefaultAsync(cancellationToken) is { } reviewed ? await Gather(reviewed, cancellationToken) : new Problem.NotFound("milestone", subject);
        }

        var individual = fields.Id<IndividualId>("subject", subject);
        if (fields.Problem is { } wrong)
            return wrong;
        // Whether the person is the caller's: a foreign one is not found.
        if (!(await eligibility.Get(individual, cancellationToken)).Is(out _, out var problem))
            return problem;
        return await Gather((await db.Account(individual, caller.Organization, cancellationToken)).IndividualId, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Result<DocumentSubject>> Gather(IndividualId individual, CancellationToken cancellationToken) =>
        (await lines.Gather([individual], cancellationToken)).Then<DocumentSubject>(evidence => new Subject(individual, evidence));

    /// <inheritdoc/>
    public Task<Result<Changes>> DecideAgain(DocumentSubject subject, Document document, Changes changes, CancellationToken cancellationToken) =>
        lines.DecideAgain(changes, subject.Individual, ((Subject)subject).Evidence, new() { Documents = [document] }, cancellationToken);
}
