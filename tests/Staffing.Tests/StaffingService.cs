using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Contracts.Staffing.V1;
using Ips.Staffing.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>One running service for all tests; each test creates its own people and organizations.</summary>
[CollectionDefinition("staffing")]
[AnsweredRule.Named]
public sealed class StaffingServices : ICollectionFixture<StaffingService>;

/// <summary>
/// Staffing next to an Eligibility whose people a test makes and a Fidelity whose teams a test closes. Its clock
/// stays at noon of 2026-03-02 until a test advances it.
/// </summary>
public class StaffingService : RunningService<Program, StaffingDb>
{
    // Its own queues: the service of another test class on the same broker must not take its messages.
    public StaffingService()
        : base("staffing-db", options => new(options, Caller.None), FixedClock.At("2026-03-02")) => Settings["OTEL_SERVICE_NAME"] = NewCode("staffing");

    public FakeEligibility Eligibility { get; } = new();

    public StandingsFake Standings { get; } = new();

    /// <summary>What the service answers on rules: in findings, and in the state of a training that is required.</summary>
    public static AnsweredRules Answered { get; } = new("Staffing", message => message switch
    {
        TrainingRequirement { State: RequirementState.Completed or RequirementState.Waived or RequirementState.Exempt } settled => (settled.RuleId, AnsweredRule.Met),
        TrainingRequirement { State: RequirementState.Overdue or RequirementState.Expired } late => (late.RuleId, AnsweredRule.NotMet),
        _ => null,
    });

    /// <summary>Calls the service, and keeps what it answers on rules.</summary>
    public CallInvoker Calls => Channel.Intercept(Answered);

    public FakeService EligibilityHost { get; } = new();

    private FakeService FidelityHost { get; } = new();

    public override async Task InitializeAsync()
    {
        await EligibilityHost.Serve(Eligibility.Determinations).Start();
        await FidelityHost.Serve(Standings).Start();
        Settings["services:eligibility:grpc:0"] = EligibilityHost.Address;
        Settings["services:fidelity:grpc:0"] = FidelityHost.Address;
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Answered.WriteIfRequested();
        await EligibilityHost.DisposeAsync();
        await FidelityHost.DisposeAsync();
    }

    protected override IEnumerable<string> Tables =>
        ["organizations", "contracts", "teams", "staff", "credentials", "roles_held", "assignments", "decisions",
        "experience", "staff_corrections", "staff_history", "clearance_checks", "exclusion_hits", "list_imports", "training_completions", "training_targets",
        "training_requirements", "deadlines", "meetings", "meeting_attendees", "meeting_individuals", "team_readiness", "team_reviews", "treatment_teams", "treatment_team_members",
        "work_months", "organization_facts", "organization_changes"];
}

/// <summary>The same with a clock that a test moves, and deadlines that are looked at all the time.</summary>
public sealed class MovingStaffingService : StaffingService
{
    public MovingStaffingService() => Settings["Deadlines:Interval"] = "00:00:00.2";
}
