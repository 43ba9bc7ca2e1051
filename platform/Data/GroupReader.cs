using System.Collections.Concurrent;

namespace Ips.Platform.Data;

/// <summary>
/// Reads by key for the use cases of several requests at once: those of callers who see the same share a round trip. No other request holds what a use case
/// gets, so it may change the rows and hand them to <see cref="Changes"/>.
/// </summary>
/// <param name="name">The name of the groups in the metric <c>ips.group.size</c>.</param>
/// <param name="read">Reads the answers of distinct keys, as far as the caller may see them; a key without an answer is left out.</param>
public sealed class GroupReader<TKey, TAnswer>(string name, Func<Caller, IReadOnlyList<TKey>, Task<IReadOnlyDictionary<TKey, TAnswer>>> read)
    where TKey : notnull
    where TAnswer : class
{
    private const int Largest = 100;

    private readonly ConcurrentDictionary<CallerSight, Groups<TKey, TAnswer?>> lanes = new();

    /// <summary>What stands under the key, as far as the caller may see it; null when there is nothing.</summary>
    public Task<TAnswer?> Read(Caller caller, TKey key, CancellationToken cancellationToken) => lanes.GetOrAdd(
        caller.Sight, _ => new(name, Largest, keys => Read(caller, keys))).Run(key, cancellationToken);

    private async Task<IReadOnlyList<TAnswer?>> Read(Caller caller, IReadOnlyList<TKey> keys)
    {
        var answers = new TAnswer?[keys.Count];
        // Two requests for one key get rows of their own: each key once in the first round, its second request in the next.
        List<int> left = [.. Enumerable.Range(0, keys.Count)];
        while (left.Count > 0)
        {
            List<int> round = [.. left.DistinctBy(place => keys[place])];
            var found = await read(caller, [.. round.Select(place => keys[place])]);
            round.ForEach(place => answers[place] = found.GetValueOrDefault(keys[place]));
            left = [.. left.Except(round)];
        }

        return answers;
    }
}
