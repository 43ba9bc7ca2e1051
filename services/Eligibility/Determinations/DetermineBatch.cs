using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Determines a stream of people: each item in its own transaction, a few at the same time, answered in the order of the items.</summary>
public sealed class DetermineBatch(IServiceScopeFactory scopes, Batches batches)
{
    private const int MaxConcurrent = 8;

    public Task Handle(IAsyncStreamReader<Proto.DetermineBatchRequest> items, IServerStreamWriter<Proto.DetermineBatchResponse> answers,
        ServerCallContext context) =>
        Batches.Answer(items, answers, MaxConcurrent, async batch => await Task.WhenAll(batch.Select(item => Answer(item, context))),
            context.CancellationToken);

    private async Task<Proto.DetermineBatchResponse> Answer(Proto.DetermineBatchRequest item, ServerCallContext context)
    {
        var (made, problem) = await batches.Try(item.Determine, "determine", context, async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<Determine>().Handle(item.Determine, context.CancellationToken);
        });
        Proto.DetermineBatchResponse answer = new() { ItemId = item.ItemId };
        if (made is not null)
            answer.Determination = made;
        else
            answer.Problem = problem;
        return answer;
    }
}
