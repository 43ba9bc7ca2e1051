using LocalServers;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// Sandbox case 1 on a platform of its own, each of whose processes is killed (-9) once while the case is loaded. In the collection "platform", so that no
/// third platform runs beside it.
/// </summary>
[Collection("platform")]
public sealed class DisturbedJourneyTests : IAsyncLifetime
{
    private readonly Platform platform = new();

    public Task InitializeAsync() => platform.InitializeAsync();

    public Task DisposeAsync() => platform.DisposeAsync();

    [Fact]
    public async Task Killing_one_process_during_the_journey_loses_and_doubles_nothing()
    {
        string[] everything = [.. Platform.Services, "postgres", "bus"];
        var before = everything.SelectMany(platform.ProcessIds).ToList();
        Killer killer = new(platform);
        var made = await SandboxCase.Load(platform, killer);
        Assert.Empty(killer.Waiting);
        await JourneyFigures.AreThoseOfAnUndisturbedRun(platform, made);
        Assert.Equal(everything.Length, before.Count);
        Assert.Empty(before.Intersect(everything.SelectMany(platform.ProcessIds)));
    }

    private enum When
    {
        /// <summary>The process is down when the request or its effect arrives.</summary>
        Before,

        /// <summary>The request is under way.</summary>
        Meanwhile,

        /// <summary>The request has been answered, but the caller does not get the answer.</summary>
        Answered,
    }

    /// <summary>
    /// Sits between the loader and the services. The next in the queue is killed at the next request with that path ending and that text in the body.
    /// </summary>
    private sealed class Killer(Platform platform) : DelegatingHandler(new SocketsHttpHandler())
    {
        public Queue<(string Victim, When When, string PathEnd, string Holds)> Waiting { get; } = new(
        [
            ("staffing", When.Answered, "/teams", ""),
            ("eligibility", When.Answered, "/individuals", ""),
            ("reporting", When.Before, "/determinations", ""),
            ("bus", When.Before, "/referrals", ""),
            ("postgres", When.Meanwhile, ":decide", ""),
            ("billing", When.Answered, "/milestones", "\"number\":2"),
            ("eligibility", When.Meanwhile, "/claimLines", ""),   // Billing draws the unit there
            ("fidelity", When.Answered, "/reviews", ""),
        ]);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (!Waiting.TryPeek(out var next) || !request.RequestUri!.AbsolutePath.EndsWith(next.PathEnd, StringComparison.Ordinal)
                || !body.Contains(next.Holds, StringComparison.Ordinal))
                return await base.SendAsync(request, cancellationToken);
            if (next.When == When.Before)
                Strike();
            var answer = base.SendAsync(request, cancellationToken);
            if (next.When == When.Meanwhile)
                Strike();
            var answered = await answer;
            // A request that failed because of an earlier kill is sent again, and the kill happens then.
            if (next.When != When.Answered || !answered.IsSuccessStatusCode)
                return answered;
            answered.Dispose();
            Strike();
            throw new HttpRequestException("the connection broke before the answer arrived");
        }

        private void Strike()
        {
            var processes = platform.ProcessIds(Waiting.Dequeue().Victim).ToList();
            Assert.NotEmpty(processes);
            foreach (var process in processes)
                Native.Signal(process, Native.SigKill);
        }
    }
}
