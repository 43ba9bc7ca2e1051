using System.Reflection;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>No event can contain personal data: every property is an id, a number, a listed policy day or a listed code.</summary>
public sealed class NoPhiTests
{
    /// <summary>Text and lists of text: names of codes whose values come from the contract, a pack or an organization, never from a person's record.</summary>
    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal)
    {
        "About", "Activity", "Code", "CredentialType", "Currency", "Evaluator", "FromState", "Funder", "Kind", "Modifiers", "NextReviewRule", "Npi", "Organization",
            "Outcome", "Overridden",
        "PackHash", "PackVersion", "Payer", "Program", "Programs", "Provider", "ReasonCode", "RefusedBy", "Relation", "Role", "Roles", "RuleId", "Source", "State", "Status",
            "Subject", "TeamNextReviewRule", "Tier",
        "ToState", "UsState", "Verdict",
    };

    /// <summary>Days that a policy computes with. A birth date is not among them and may not be added.</summary>
    private static readonly HashSet<string> PolicyDays = new(StringComparer.Ordinal)
    {
        "ApprovedFrom", "ApprovedThrough", "AsOf", "AssessmentValidThrough", "DueOn", "EventDate", "FinalReportReceivedOn", "From", "HireDate", "LastOnsiteDay",
        "LateAfter", "NextReviewDue", "NpiFrom", "On", "OperationStart", "OrderDate", "PlanFrom", "PlanThrough", "ReceivedOn", "RenewalDueOn", "RequestedFrom",
            "RequestedThrough", "ServiceDate",
        "ServiceInitiationDate", "TeamNextReviewDue", "TeamSuspendedFrom", "TeamSuspendedThrough", "Through", "ValidFrom", "ValidThrough",
    };

    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(decimal), typeof(bool)];

    [Fact]
    public void No_event_can_hold_personal_data() => Assert.Empty(EventCatalog.All.SelectMany(entry => Violations(entry.Type)));

    [Fact]
    public void Nothing_is_allowed_that_no_event_uses()
    {
        var used = EventCatalog.All.SelectMany(entry => EventShape.PropertiesOf(entry.Type)).Select(property => property.Name)
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Codes.Concat(PolicyDays), name => !used.Contains(name));
    }

    [Fact]
    public void An_event_with_a_name_a_birth_date_or_a_diagnosis_is_refused() => Assert.Equal(
        ["Leaky.BirthDate", "Leaky.Class", "Leaky.Details", "Leaky.GivenName", "Leaky.Remarks", "Leaky.Weight"],
        Violations(typeof(Leaky)).Select(violation => violation.Split(' ')[0]).Order());

    private static IEnumerable<string> Violations(Type type) =>
        from property in EventShape.PropertiesOf(type)
        where !Allowed(property)
        select $"{type.Name}.{property.Name} of type {property.PropertyType.Name}; allowed are ids, numbers, and the days and codes listed in NoPhiTests";

    private static bool Allowed(PropertyInfo property)
    {
        var type = EventShape.Plain(property.PropertyType);
        return type == typeof(string) || type == typeof(IReadOnlyList<string>) ? Codes.Contains(property.Name)
            : type == typeof(DateOnly) ? PolicyDays.Contains(property.Name)
            : type == typeof(Guid) || ResourceIds.IsResourceId(type) ? property.Name.EndsWith("Id", StringComparison.Ordinal)
            : type == typeof(DateTimeOffset) ? property.Name == nameof(DomainEvent.OccurredAt)
            : Numbers.Contains(type);
    }

    private sealed record Leaky(
        Guid IndividualId, string GivenName, DateOnly BirthDate, IReadOnlyList<string> Remarks, DayOfWeek Class, object Details, double Weight, int Units,
            DateOnly? DueOn);
}
