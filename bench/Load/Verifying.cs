using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Load;

/// <summary>Days of service, one by one and as a stream: what Billing and a payer's claims system ask.</summary>
/// <param name="channel">Where; the service unless named.</param>
internal sealed class Verifying(Callers callers, Grpc.Net.Client.GrpcChannel? channel = null)
{
    private readonly Determinations.DeterminationsClient _determinations = new(channel ?? callers.Channel("eligibility"));

    /// <summary>Admits the person, so that the answer is a yes.</summary>
    public async Task Determine(string person)
    {
        var made = await _determinations.DetermineAsync(
            new()
            {
                Individual = person,
                Provider = People.Provider,
                Program = People.Program,
                AsOf = callers.On(0),
                RequestId = Callers.RequestId()
            }, Callers.As("provider"));
        if (made.State != DeterminationState.Eligible)
            throw new InvalidOperationException($"The person is {made.State}; a bench of noes measures another path.");
    }

    /// <summary>Each caller asks about a day, waits for the answer, and asks about the next person.</summary>
    public async Task<Rate> Measure(IReadOnlyList<string> people, int count, TimeSpan span)
    {
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, count).Select(first => Task.Run(() => One(people, first, start, span))));
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var all = times.SelectMany(t => t).Order().ToArray();
        return new(count, all.Length, all.Length / took, Steps.At(all, 0.50), Steps.At(all, 0.99));
    }

    /// <summary>Streams so many days through one call and says, after each tenth, the rate so far and the service's resident memory.</summary>
    /// <returns>Days a second, over all.</returns>
    public async Task<double> Stream(IReadOnlyList<string> people, int items)
    {
        using var call = _determinations.VerifyBatch(Callers.As("ops"));
        var start = Stopwatch.GetTimestamp();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < items; i++)
            {
                await call.RequestStream.WriteAsync(new()
                {
                    ItemId = i.ToString(CultureInfo.InvariantCulture),
                    Verify = new() { Individual = people[i % people.Count], Program = People.Program, ServiceDate = callers.On(i / people.Count % 365) },
                });
            }

            await call.RequestStream.CompleteAsync();
        });
        var answered = 0;
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            if (answer.Verified is not { Eligible: true } || answer.ItemId != answered.ToString(CultureInfo.InvariantCulture))
                throw new InvalidOperationException($"Item {answered} was answered {answer}.");
            if (++answered % Math.Max(1, items / 10) == 0)
                Console.WriteLine($"| {answered} | {answered / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} | {ServiceMemory()} |");
        }

        await sending;
        if (answered != items)
            throw new InvalidOperationException($"{items} days were sent and {answered} answered.");
        return answered / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Resident memory of the process ELIGIBILITY_PID.</summary>
    private static string ServiceMemory() =>
        File.ReadLines($"/proc/{Callers.Setting("ELIGIBILITY_PID")}/status")
            .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))["VmRSS:".Length..].Trim();

    private async Task<List<double>> One(IReadOnlyList<string> people, int first, long start, TimeSpan span)
    {
        var ops = Callers.As("ops");
        List<double> times = [];
        for (var i = first; Stopwatch.GetElapsedTime(start) < span; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await _determinations.VerifyAsync(new()
            {
                Individual = people[i % people.Count],
                Program = People.Program,
                ServiceDate = callers.On(i % 365)
            }, ops);
            if (!answer.Eligible)
                throw new InvalidOperationException(answer.Reason);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }
}
