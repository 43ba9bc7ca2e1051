using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Eligibility.Db;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>How often break-glass is used; section <c>BreakGlass</c> of the configuration.</summary>
public sealed class BreakGlassOptions
{
    /// <summary>Records that one person may open within 24 hours.</summary>
    public int RecordsADay { get; set; } = 10;
}

/// <summary>
/// Break-glass access: opens a person's record to a caller that does not normally see it, for a reason and a limited time. A provider has to be registered and
/// names how it treats the person. Publishes an event to the person's agency at once.
/// </summary>
public sealed partial class OpenDisclosure(
    EligibilityDb db, Requests requests, Caller caller, Organizations.OrganizationsClient organizations, PersonalDataProtector protector,
    IOptions<BreakGlassOptions> options, TimeProvider clock, ILogger<OpenDisclosure> log)
{
    private const int DefaultMinutes = 30;
    private const int MaxMinutes = 240;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public Task<Result<Proto.Disclosure>> Handle(Proto.OpenDisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var (reason, basis) = (fields.Text("reason", request.Reason, 500), "");
        fields.Require(reason.Length is 0 or >= 10, "reason", "is shorter than 10 characters; say why the record is needed");
        fields.Require(request.Minutes is >= 0 and <= MaxMinutes, "minutes", $"is negative or above {MaxMinutes}; send 0 for {DefaultMinutes}");
        if (caller.Role == Roles.Provider)
        {
            fields.Choice("relation", request.Relation);
            basis = fields.Text("relation_basis", request.RelationBasis, 200);
            fields.Require(basis.Length is 0 or >= 5, "relation_basis", "is shorter than 5 characters; say what shows the relation");
        }
        else
        {
            fields.Require(request.Relation == Proto.TreatingRelation.Unspecified && request.RelationBasis.Length == 0, "relation",
                "is named, and operations treats no one; leave relation and relation_basis out");
        }

        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Disclosure>>(bad)
            : requests.Run(validateOnly: false, request.RequestId, request, MayOpen, (_, _, s) => Open(
                new(id, reason, request.Relation, basis, request.Minutes == 0 ? DefaultMinutes : request.Minutes), s), cancellationToken);
    }

    private async Task<Result<string>> MayOpen(CancellationToken cancellationToken)
    {
        if (!caller.IsPerson)
            return new Problem.Forbidden("a record is opened by a person who signed in, not by a program");
        if (caller.Role != Roles.Provider)
            return caller.Organization;
        var name = new OrganizationCode(caller.Organization).Name;
        var found = await organizations.GetOrganizationAsync(new() { Name = name }, cancellationToken: cancellationToken)
            .Answer("staffing", "organization", name);
        if (found.Problem is { } problem and not Problem.NotFound)
            return problem;
        return found.Is(out var organization, out _) && organization is { Kind: OrganizationKind.Provider, State: OrganizationState.Active }
            ? caller.Organization : new Problem.Forbidden("a record is opened by a registered provider, or by operations");
    }

    /// <summary>A validated request.</summary>
    private sealed record Opening(IndividualId Individual, string Reason, Proto.TreatingRelation Relation, string Basis, int Minutes);

    private async Task<Result<Decided<Proto.Disclosure>>> Open(Opening opening, CancellationToken cancellationToken)
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        if (await db.ProviderOf(opening.Individual, cancellationToken) is not { } provider)
            return new Problem.NotFound("individual", opening.Individual.Name);
        var opened = await db.RecordsOpened(caller, changes.Now - Day, cancellationToken);

        // decide
        if (opened.Count >= options.Value.RecordsADay)
            return new Problem.TooMany($"This person opened {opened.Count} records within 24 hours, the most allowed", opened.Min() + Day - changes.Now);
        var disclosure = changes.Insert(new Disclosure
        {
            Id = DisclosureId.New(clock),
            IndividualId = opening.Individual,
            Provider = provider,
            Organization = caller.Organization,
            Role = caller.Role,
            OpenedBy = caller.Subject,
            OpenedByIssuer = caller.Issuer,
            Relation = opening.Relation,
            RelationBasis = opening.Basis.Length == 0 ? null : protector.Protect(opening.Basis),
            Reason = protector.Protect(opening.Reason),
            OpenedAt = changes.Now,
            ExpiresAt = changes.Now.AddMinutes(opening.Minutes),
            State = Proto.DisclosureState.AwaitingReview,
        });
        changes.PublishMove(disclosure, caller);
        return new Decided<Proto.Disclosure>(disclosure.ToProto(protector), changes, () => Opened(log, disclosure.Id, opening.Minutes));
    }

    [LoggerMessage(2110, LogLevel.Warning, "Break-glass: disclosure {Disclosure} was opened for {Minutes} minutes and awaits review")]
    private static partial void Opened(ILogger log, DisclosureId disclosure, int minutes);
}
