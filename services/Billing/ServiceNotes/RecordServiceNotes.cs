using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Records a stream of notes: each in its own transaction, a few at the same time, answered in the order of the items.</summary>
public sealed class RecordServiceNotes(IServiceScopeFactory scopes, Batches batches)
{
    private const int MaxConcurrent = 8;

    public Task Handle(IAsyncStreamReader<Proto.RecordServiceNotesRequest> items, IServerStreamWriter<Proto.RecordServiceNotesResponse> answers,
        ServerCallContext context) =>
        Batches.Answer(items, answers, MaxConcurrent, async batch => await Task.WhenAll(batch.Select(item => Answer(item, context))),
            context.CancellationToken);

    private async Task<Proto.RecordServiceNotesResponse> Answer(Proto.RecordServiceNotesRequest item, ServerCallContext context)
    {
        var (recorded, problem) = await batches.Try(item.Record, "record", context, async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<RecordServiceNote>().Handle(item.Record, context.CancellationToken);
        });
        Proto.RecordServiceNotesResponse answer = new() { ItemId = item.ItemId };
        if (recorded is not null)
            answer.ServiceNote = recorded;
        else
            answer.Problem = problem;
        return answer;
    }
}
