using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Portal.Apis;
using Ips.Portal.SignIn;

namespace Ips.Portal.Components.Agency;

/// <summary>Something that is due, of a person or of a staff member.</summary>
/// <param name="Kind">What, as a code.</param>
/// <param name="RuleId">The rule that sets it.</param>
/// <param name="RuleSays">The rule in words; empty where it has none.</param>
/// <param name="Citation">Where the rule is written; null where that is not known.</param>
/// <param name="Subject">The resource it is about.</param>
/// <param name="Individual">The person; empty for a staff member's.</param>
/// <param name="StaffMember">The staff member; empty for a person's.</param>
/// <param name="DueOn">The last day in time, YYYY-MM-DD.</param>
/// <param name="DueAt">The instant, where the rule counts hours; else null.</param>
/// <param name="DaysLeft">Days left; negative when it is overdue.</param>
/// <param name="Overdue">Whether the last day is over.</param>
public sealed record DueItem(
    string Kind, string RuleId, string RuleSays, Citation? Citation, string Subject, string Individual, string StaffMember, string DueOn, Google.Protobuf.WellKnownTypes.Timestamp? DueAt,
    int DaysLeft, bool Overdue);

/// <summary>What is due: people's deadlines of Eligibility and staff deadlines of Staffing in one list, overdue first.</summary>
internal sealed class Clocks(
    Api api, Ips.Contracts.Eligibility.V1.Deadlines.DeadlinesClient people, StaffDeadlines.StaffDeadlinesClient staff, IHttpContextAccessor requests)
{
    // Enough for the next weeks of the largest agency; the page says when there is more.
    private const int Most = 200;

    /// <summary>Reads both books; of a book that the role may not read nothing is listed.</summary>
    /// <param name="overdueOnly">Only what is overdue.</param>
    /// <param name="soonOnly">Only what is overdue, due, or due soon; else everything that still runs.</param>
    public async Task<(IReadOnlyList<DueItem> Items, bool More, Refusal? Refusal)> Read(bool overdueOnly, bool soonOnly)
    {
        var person = Person.Of(requests.HttpContext!.User);
        ListDeadlinesRequest ofPeople = new() { PageSize = Most };
        ListStaffDeadlinesRequest ofStaff = new() { PageSize = Most };
        if (overdueOnly || soonOnly)
        {
            ofPeople.States.Add(DeadlineState.Overdue);
            ofStaff.States.Add(StaffDeadlineState.Overdue);
        }

        if (soonOnly && !overdueOnly)
        {
            ofPeople.States.Add([DeadlineState.Due, DeadlineState.DueSoon]);
            ofStaff.States.Add([StaffDeadlineState.Due, StaffDeadlineState.DueSoon]);
        }

        var first = api.Part(options => people.ListDeadlinesAsync(ofPeople, options));
        var second = Rooms.MayCall(person, StaffDeadlines.Descriptor, "ListStaffDeadlines")
            ? await api.Part(options => staff.ListStaffDeadlinesAsync(ofStaff, options))
            : new(new(), null);
        var (read, refusal) = await first;
        IEnumerable<DueItem> items =
        [
            .. read?.Deadlines.Select(item => new DueItem(item.Kind, item.RuleId, item.RuleSays, item.Citation, item.Subject, item.Individual, "",
                item.DueOn, item.DueAt, item.DaysLeft, item.State == DeadlineState.Overdue)) ?? [],
            .. second.Value?.Deadlines.Select(item => new DueItem(item.Kind, item.RuleId, item.RuleSays, item.Citation, item.Subject, "", item.StaffMember,
                item.DueOn, item.DueAt, item.DaysLeft, item.State == StaffDeadlineState.Overdue)) ?? [],
        ];
        return ([.. items.OrderByDescending(item => item.Overdue).ThenBy(item => item.DueOn, StringComparer.Ordinal)],
            read?.NextPageToken.Length > 0 || second.Value?.NextPageToken.Length > 0, refusal ?? second.Refusal);
    }
}
