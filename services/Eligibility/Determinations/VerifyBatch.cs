using Grpc.Core;
using Ips.Contracts;
using Status = Google.Rpc.Status;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Verifies a stream of people and days. One read answers the items that have arrived, in the order of the items.</summary>
public sealed class VerifyBatch(EligibilityRecords records, Caller caller, VerifyEligibility verify, AuditTrail audit, Batches batches)
{
    public Task Handle(IAsyncStreamReader<Proto.VerifyBatchRequest> items, IServerStreamWriter<Proto.VerifyBatchResponse> answers, ServerCallContext context) =>
        Batches.Answer(items, answers, EligibilityRecords.Largest, batch => Answer(batch, context), context.CancellationToken);

    private async Task<IReadOnlyList<Proto.VerifyBatchResponse>> Answer(IReadOnlyList<Proto.VerifyBatchRequest> items, ServerCallContext context)
    {
        var lookups = new (DayRequest? Day, Status? Problem)[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            var request = items[i].Verify;
            lookups[i] = await batches.Try(request, "verify", context, () => Task.FromResult(verify.Read(request)));
        }

        // When the records cannot be read, every item that needs them gets that error.
        DayRequest[] days = [.. lookups.Where(lookup => lookup.Day is not null).Select(lookup => lookup.Day!)];
        var (read, outage) = await batches.Try(new Proto.VerifyRequest(), "verify", context, async () =>
            (Result<Read>)new Read(await records.Of(caller, days, context.CancellationToken)));

        // A response names no person, so the audit entries of the batch are written before any response is sent.
        if (read is not null)
            await audit.Read(days.Where((_, i) => read.Records[i] is not null).Select(day => day.Individual), context.CancellationToken);
        var answers = new Proto.VerifyBatchResponse[items.Count];
        for (var (i, next) = (0, 0); i < items.Count; i++)
        {
            var (day, problem) = lookups[i];
            answers[i] = new() { ItemId = items[i].ItemId };
            if (day is null || read is null)
                answers[i].Problem = problem ?? outage;
            else if (verify.Answer(day, read.Records[next++]).Is(out var verified, out var missing))
                answers[i].Verified = verified;
            else
                answers[i].Problem = missing.ToStatus();
        }

        return answers;
    }

    private sealed record Read(IReadOnlyList<EligibilityRecord?> Records);
}
