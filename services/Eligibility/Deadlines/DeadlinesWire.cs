using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>The stored deadline as the contract and the event show it.</summary>
internal static class DeadlinesWire
{
    public static Wire.Deadline ToWire(this Deadline deadline, Deciding deciding)
    {
        var (says, citation) = Rule(deadline, deciding);
        Wire.Deadline wire = new()
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
            State = ToWire(deadline.State),
            DaysLeft = deadline.DueOn.DayNumber - deciding.Today(deadline.Program)!.Value.DayNumber,
            Arming = deadline.Arming,
            SettleTime = deadline.SettledAt?.ToTimestamp(),
            CreateTime = deadline.RecordedAt.ToTimestamp(),
        };
        wire.LeadDays.AddRange(deadline.LeadDays);
        return wire;
    }

    public static IDomainEvent Tell(Deadline deadline, DeadlineStage stage, DateTimeOffset now) => new DeadlineReachedV1(
        Guid.CreateVersion7(now), now, deadline.Id.Value, deadline.IndividualId?.Value, deadline.Provider, deadline.Program, deadline.Kind, deadline.RuleId,
        deadline.Subject, WireCode.Lower(ToWire(stage.State))!, stage.LeadDays, deadline.DueOn, deadline.Arming);

    public static DeadlineState ToState(Wire.DeadlineState state) => System.Enum.TryParse<DeadlineState>(state.ToString(), out var same) ? same : default;

    private static Wire.DeadlineState ToWire(DeadlineState state) => System.Enum.Parse<Wire.DeadlineState>(state.ToString());

    // A federal clock is no rule of a program; it brings its own words.
    private static (string Says, Citation Citation) Rule(Deadline deadline, Deciding deciding) =>
        deciding.Engine.Programs[deadline.Program].Find(Policies.RuleId.Of(deadline.RuleId)) is { } entry
            ? (entry.Says, new() { Document = entry.Citation.Document, Section = entry.Citation.Section })
            : Authorizations.DecisionClock.Rule;
}
