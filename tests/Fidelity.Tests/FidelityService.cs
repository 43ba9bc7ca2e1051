using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Fidelity.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>Fidelity running next to a Staffing whose teams a test makes.</summary>
public class FidelityService : RunningService<Program, FidelityDb>
{
    // Its own queues: the service of another test class on the same broker must not take its messages.
    public FidelityService() : this(null)
    {
    }

    protected FidelityService(FixedClock? clock)
        : base("fidelity-db", options => new(options, Caller.None), clock) => Settings["OTEL_SERVICE_NAME"] = NewCode("fidelity");

    public const string Provider = "harbor-works";

    public TeamsFake Teams { get; } = new();

    public FakeService Staffing { get; } = new();

    public Contracts.Fidelity.V1.Reviews.ReviewsClient Reviews => new(Channel);

    public Contracts.Fidelity.V1.Measures.MeasuresClient Measures => new(Channel);

    public Contracts.Fidelity.V1.Visits.VisitsClient Visits => new(Channel);

    public Contracts.Fidelity.V1.Standings.StandingsClient Standings => new(Channel);

    public Metadata State => As(Roles.State, "nc-dhhs");

    public override async Task InitializeAsync()
    {
        await Staffing.Serve(Teams).Start();
        Settings["services:staffing:grpc:0"] = Staffing.Address;
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Staffing.DisposeAsync();
    }

    /// <summary>A review of a total from 25 to 125: every item 1 to 5, the first ones one higher.</summary>
    public static RecordReviewRequest Review(string team, int total, string received = "2024-08-31", string program = "nc-core") => new()
    {
        Team = team,
        Program = program,
        Evaluator = Evaluator.Dhhs,
        LastOnsiteDay = "2024-08-01",
        FinalReportReceivedDate = received,
        RequestId = Guid.CreateVersion7().ToString(),
        Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = (total / 25) + (item <= total % 25 ? 1 : 0) }) },
    };

    public Task<long> Stored(string team) => Count($"reviews where team_id = '{team[6..]}'");
}
