using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Staffing.Caseloads;
using Ips.Staffing.StaffMembers;
using Ips.Staffing.Teams;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>The decision on an assignment by itself: no service runs.</summary>
public sealed class AssignIndividualTests
{
    private static readonly FixedClock Clock = FixedClock.At("2026-03-02");
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly PolicyService Policies = new(Ips.Policies.PolicyEngine.Shipped, Clock);
    private static readonly StaffMember Specialist = Member(StaffRole.Esp);

    private readonly Changes changes = new(Clock.GetUtcNow());

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void The_limit_counts_the_new_person(int open, bool assigned)
    {
        var answer = Decide([.. Enumerable.Range(0, open).Select(_ => Open(Today))]);
        Assert.Equal((open + 1, assigned), (answer.Caseload.ActiveCount, answer.Assignment is not null));
        Assert.Equal(assigned ? [typeof(StoredDecision), typeof(Assignment), typeof(StaffMember)] : [], changes.Rows.Select(row => row.GetType()));
        Assert.Equal(assigned, changes.Events.SingleOrDefault()?.Event is AssignmentMadeV1);
    }

    [Fact]
    public void People_who_begin_later_do_not_count_yet() =>
        Assert.NotNull(Decide([.. Enumerable.Range(0, 25).Select(i => Open(Today.AddDays(i == 0 ? 1 : 0)))]).Assignment);

    [Fact]
    public void An_assignment_raises_the_version_of_the_staff_member()
    {
        var member = Member(StaffRole.Esp);
        Decide([], member: member);
        Assert.Equal(2, member.Version);
    }

    [Fact]
    public void A_person_is_assigned_to_a_staff_member_once()
    {
        var open = Open(Today.AddDays(7));
        var refused = AssignIndividual.Decide(Specialist, [open], null, Evidence(open.IndividualId), Policies, changes, store: true);
        Assert.IsType<Problem.Exists>(refused.Problem);
    }

    [Fact]
    public void With_validate_only_nothing_is_written()
    {
        var answer = Decide([], store: false);
        Assert.Equal((1, (Proto.Assignment?)null), (answer.Caseload.ActiveCount, answer.Assignment));
        Assert.Empty(changes.Rows);
    }

    private Proto.AssignIndividualResponse Decide(IReadOnlyList<Assignment> open, bool store = true, StaffMember? member = null) =>
        AssignIndividual.Decide(member ?? Member(StaffRole.Esp), open, null, Evidence(IndividualId.New(Clock)), Policies, changes, store)
            .Then(decided => decided.Reply).OrThrow();

    private static AssignIndividual.Evidence Evidence(IndividualId individual) => new(individual, Specialist.Id, "nc-core", Today, [], null);

    private static Assignment Open(DateOnly from) => new()
    {
        Id = AssignmentId.New(Clock),
        Provider = "harbor-works",
        Program = "nc-core",
        IndividualId = IndividualId.New(Clock),
        StaffMemberId = Specialist.Id,
        From = from,
    };

    private static StaffMember Member(StaffRole role)
    {
        var id = StaffMemberId.New(Clock);
        Team team = new()
        {
            Id = TeamId.New(Clock),
            Provider = "harbor-works",
            DisplayName = "A team",
            Program = "nc-core",
            OperationStart = Today.AddDays(-400),
            RecordedAt = Clock.GetUtcNow(),
        };
        return new()
        {
            Id = id,
            Provider = "harbor-works",
            EncryptedDisplayName = [],
            HireDate = Today.AddDays(-380),
            RecordedAt = Clock.GetUtcNow(),
            Roles = [new() { Id = Guid.CreateVersion7(), StaffMemberId = id, TeamId = team.Id, Team = team, Role = role, From = Today.AddDays(-380) }],
        };
    }
}
