using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Deadlines;

/// <summary>Reads deadlines of billing, soonest first, each with the rule that sets it.</summary>
public sealed class FindBillingDeadlines(BillingDb db, PolicyService policies)
{
    public async Task<Result<Proto.ListBillingDeadlinesResponse>> Handle(Proto.ListBillingDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var named = fields.OptionalId<IndividualId>("individual", request.Individual);
        var before = fields.OptionalDay("due_before", request.DueBefore);
        fields.Choices("states", request.States);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;

        var query = db.Deadlines.AsNoTracking().Listed(request.States.Select(s => s.ToStored()), request.RuleId, request.Subject, before);
        if (named is { } individual)
        {
            // Those set before a merge name the old record.
            var person = await db.Survivor(individual, cancellationToken);
            query = query.Where(d => d.IndividualId == person || db.Accounts.Any(a => a.MergedInto == person && a.IndividualId == d.IndividualId));
        }

        var (items, next) = await query.ToPage(page, cancellationToken, d => d.DueOn, d => d.Id);
        return new Proto.ListBillingDeadlinesResponse { Deadlines = { items.Select(ToProto) }, NextPageToken = next };
    }

    /// <summary>The event that publishes a stage.</summary>
    public static DomainEvent ToEvent(Deadline deadline, DeadlineStage stage) => new BillingDeadlineReachedV1
    {
        DeadlineId = deadline.Id,
        IndividualId = deadline.IndividualId,
        Provider = deadline.Provider,
        Program = deadline.Program,
        Kind = deadline.Kind,
        RuleId = deadline.RuleId,
        About = deadline.Subject,
        State = WireCode.Lower(stage.State.ToProto())!,
        LeadDays = stage.LeadDays,
        DueOn = deadline.DueOn,
        Arming = deadline.Arming,
    };

    /// <summary>The event that publishes a change.</summary>
    public static DomainEvent ToMoved(Deadline deadline) => new BillingDeadlineMovedV1
    {
        DeadlineId = deadline.Id,
        IndividualId = deadline.IndividualId,
        Provider = deadline.Provider,
        Program = deadline.Program,
        Kind = deadline.Kind,
        RuleId = deadline.RuleId,
        About = deadline.Subject,
        State = WireCode.Lower(deadline.State.ToProto())!,
        DueOn = deadline.DueOn,
        Arming = deadline.Arming,
    };

    private Proto.BillingDeadline ToProto(Deadline deadline)
    {
        var rule = policies.RuleOf(deadline);
        Proto.BillingDeadline wire = new()
        {
            Name = deadline.Id.Name,
            Kind = deadline.Kind,
            RuleId = deadline.RuleId,
            RuleSays = rule?.Says ?? "",
            Citation = rule?.Citation.ToProto(),
            Subject = deadline.Subject,
            Individual = deadline.IndividualId?.Name ?? "",
            Provider = new OrganizationCode(deadline.Provider).Name,
            Program = deadline.Program,
            DueOn = deadline.DueOn.Day(),
            DueAt = deadline.DueAt?.ToTimestamp(),
            TimeZone = deadline.TimeZone,
            State = deadline.State.ToProto(),
            DaysLeft = policies.DaysLeft(deadline),
            Arming = deadline.Arming,
            SettleTime = deadline.SettledAt?.ToTimestamp(),
            CreateTime = deadline.RecordedAt.ToTimestamp(),
        };
        wire.LeadDays.AddRange(deadline.LeadDays);
        return wire;
    }
}

/// <summary>Maps the rpcs to the use case.</summary>
public sealed class BillingDeadlinesRpc(Lazy<FindBillingDeadlines> find) : Proto.BillingDeadlines.BillingDeadlinesBase
{
    public override async Task<Proto.ListBillingDeadlinesResponse> ListBillingDeadlines(Proto.ListBillingDeadlinesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
