using System.Diagnostics;
using Xunit;

namespace Ips.Events.Tests;

/// <summary>How calls share a round trip.</summary>
public sealed class GroupsTests
{
    [Fact]
    public async Task A_group_belongs_to_the_trace_of_its_first_call_and_not_to_that_of_the_call_that_began_to_run_groups()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource release = new();
        List<string?> traces = [];
        Groups<int, int> groups = new("test", largest: 10, async items =>
        {
            traces.Add(Activity.Current?.OperationName);
            begun.TrySetResult();
            await release.Task;
            return items;
        });

        var first = Run("first", 1);
        await begun.Task;
        Task<int>[] later = [Run("second", 2), Run("third", 3)];
        release.SetResult();

        var answers = await Task.WhenAll([first, .. later]);
        Assert.Equal([1, 2, 3], answers);
        Assert.Equal(["first", "second"], traces);

        async Task<int> Run(string name, int item)
        {
            using var activity = new Activity(name).Start();
            return await groups.Run(item, default);
        }
    }
}
