using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;

namespace Ips.Billing.Jobs;

/// <summary>What the steps of jobs and of education share: whose person it is, and what is read to decide again what rests on the record.</summary>
public sealed class EmploymentRecords(BillingDb db, Caller caller, EligibilityClient eligibility, ReconsiderClaimLines lines, PolicyService policies)
{
    /// <summary>What a step needs before it decides.</summary>
    /// <param name="Individual">The person; after a merge the survivor.</param>
    /// <param name="Evidence">What the person's milestones and lines are decided again on.</param>
    internal sealed record Gathered(IndividualId Individual, ReconsiderClaimLines.Evidence Evidence);

    /// <summary>Gathers for a new record.</summary>
    /// <param name="individual">Field <c>individual</c>.</param>
    /// <param name="provider">Field <c>provider</c>.</param>
    /// <param name="program">Field <c>program</c>.</param>
    /// <param name="check">Checks the particulars on today's day.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal async Task<Result<Gathered>> ForNew(
        string individual, string provider, string program, Action<RequestValidator, DateOnly> check, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var person = fields.Id<IndividualId>("individual", individual);
        var agency = fields.Organization("provider", provider);
        var today = policies.Today(fields, "program", program);
        check(fields, today == default ? DateOnly.MaxValue : today);
        if (fields.Problem is { } bad)
            return bad;
        if (agency != caller.Organization)
            return new Problem.Forbidden("a provider records jobs and education of people of its own organization");
        // Whether the person is the caller's: a foreign one is not found.
        if (!(await eligibility.Verify(person, program, today, cancellationToken)).Is(out _, out var problem))
            return problem;
        var account = await db.Account(person, agency, cancellationToken);
        return await Of(account.IndividualId, cancellationToken);
    }

    /// <summary>Gathers for a record on file.</summary>
    /// <param name="kind">What it is, for the error.</param>
    /// <param name="name">Field <c>name</c>.</param>
    /// <param name="etag">Field <c>etag</c>.</param>
    /// <param name="reason">Field <c>reason</c>.</param>
    /// <param name="personOf">The person of the record; null when the caller sees no such record.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal async Task<Result<Gathered>> ForPresent<TId>(
        string kind, string name, string etag, string reason, Func<TId, Task<IndividualId?>> personOf, CancellationToken cancellationToken)
        where TId : struct, IResourceId<TId>
    {
        RequestValidator fields = new();
        var id = fields.Id<TId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Require(reason.Length <= 500, "reason", "is longer than 500 characters");
        if (fields.Problem is { } bad)
            return bad;
        return await personOf(id) is { } person ? await Of(person, cancellationToken) : new Problem.NotFound(kind, name);
    }

    private async Task<Result<Gathered>> Of(IndividualId person, CancellationToken cancellationToken) =>
        (await lines.Gather([person], cancellationToken)).Then(evidence => new Gathered(person, evidence));
}

/// <summary>The fields that an edit changes although they were recorded: it needs a reason.</summary>
internal sealed class ReplacedFields
{
    private readonly List<string> names = [];

    /// <summary>Whether there are any.</summary>
    public bool Any => names.Count > 0;

    /// <summary>Adds the field if it was recorded and would be another or gone.</summary>
    public ReplacedFields Note(bool replaced, string field)
    {
        if (replaced)
            names.Add(field);
        return this;
    }

    /// <summary>Records a problem of field <c>reason</c> when there are any and it says nothing.</summary>
    public void RequireReason(RequestValidator fields, string reason) => fields.Require(!Any || !string.IsNullOrWhiteSpace(reason), "reason",
        $"is missing; what was recorded changes with a reason: {string.Join(", ", names)}");
}
