using System.Diagnostics;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Load;

/// <summary>What a span of load gave.</summary>
internal sealed record Rate(int Callers, int Count, double PerSecond, double P50, double P99);

/// <summary>Stored decisions on admission: each caller asks, waits for the answer, and asks again about a person of its own.</summary>
internal sealed class Decisions(Callers callers)
{
    private readonly Determinations.DeterminationsClient _determinations = new(callers.Channel("eligibility"));

    /// <summary>Asks for the span; every answer is a row of answered_requests, decisions, determinations and the outbox.</summary>
    public async Task<Rate> Measure(IReadOnlyList<string> people, int count, TimeSpan span)
    {
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(people.Take(count).Select(person => Task.Run(() => One(person, start, span))));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var all = times.SelectMany(t => t).Order().ToArray();
        return new(count, all.Length, all.Length / took, Steps.At(all, 0.50), Steps.At(all, 0.99));
    }

    private async Task<List<double>> One(string person, long start, TimeSpan span)
    {
        var provider = Callers.As("provider");
        List<double> times = [];
        while (Stopwatch.GetElapsedTime(start) < span)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await _determinations.DetermineAsync(
                new()
                {
                    Individual = person,
                    Provider = People.Provider,
                    Program = People.Program,
                    AsOf = callers.On(0),
                    RequestId = Callers.RequestId()
                }, provider);
            if (answer.Name.Length == 0)
                throw new InvalidOperationException("The determination was not stored.");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return times;
    }
}
