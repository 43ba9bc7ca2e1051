using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Fidelity.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>Fidelity running next to a Staffing whose teams a test makes.</summary>
public sealed class FidelityService : IAsyncLifetime
{
    public const string Provider = "harbor-works";

    public TeamsFake Teams { get; } = new();

    public FakeService Staffing { get; private set; } = null!;

    public RunningService<Program> Running { get; private set; } = null!;

    public Contracts.Fidelity.V1.Reviews.ReviewsClient Reviews => new(Running.Channel);

    public Contracts.Fidelity.V1.Standings.StandingsClient Standings => new(Running.Channel);

    public Metadata State => Running.As(Roles.State, "nc-dhhs");

    public async Task InitializeAsync()
    {
        Staffing = await new FakeService().Serve(Teams).Start();
        Running = await RunningService<Program>.Start<FidelityDb>(
            "fidelity-db", options => new FidelityDb(options, Caller.None), ("services:staffing:grpc:0", Staffing.Address));
    }

    public async Task DisposeAsync()
    {
        await Running.DisposeAsync();
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

    public async Task<long> Stored(string team) => (long)(await Running.Database.ScalarAsync($"select count(*) from reviews where team_id = '{team[6..]}'"))!;
}
