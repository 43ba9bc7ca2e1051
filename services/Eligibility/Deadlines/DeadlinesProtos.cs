using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>The stored deadline as the contract and the event show it.</summary>
internal static class DeadlinesProtos
{
    public static Proto.Deadline ToProto(this Deadline deadline, PolicyService policies)
    {
        var (says, citation) = Rule(deadline, policies);
        Proto.Deadline wire = new()
        {
            Name = deadline.Id.Name,
            Kind = deadline.Kind,
            RuleId = deadline.RuleId,
            RuleSays = says,
            Citation = citation,
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

    public static DomainEvent ToEvent(Deadline deadline, DeadlineStage stage) => new DeadlineReachedV1
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

    public static DomainEvent ToMoved(Deadline deadline) => new DeadlineMovedV1
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

    // A federal clock is not a rule of a program, so it has its own text.
    private static (string Says, Citation Citation) Rule(Deadline deadline, PolicyService policies) =>
        policies.RuleOf(deadline) is { } entry
            ? (entry.Says, entry.Citation.ToProto())
            : Authorizations.AppealClock.Find(deadline.RuleId) ?? Authorizations.DecisionClock.Rule;
}
