using Google.Protobuf;
using Ips.Contracts.Billing.V1;
using Ips.X12;

namespace Ips.SandboxCohort;

/// <summary>The claims office of an agency: once a month what is ready goes to the payer, the answers come back, and the money is compared with the bank's.</summary>
internal sealed class ClaimsOffice(Cohort cohort, Agency agency, Payer payer)
{
    private readonly List<ProfessionalClaim> paid = [];

    public async Task Live()
    {
        var program = agency.Program;
        var desk = cohort.Desk("provider", program.Provider, $"claims {program.Id}");
        var reversed = false;
        for (var month = cohort.Calendar.First.AddMonths(1); ; month = month.AddMonths(1))
        {
            var sent = new DateOnly(month.Year, month.Month, 5).Workday();
            await cohort.Calendar.Until(sent, Hour.Claims);
            var batch = await Sent(desk);
            if (batch is null)
                continue;
            var answered = sent.AddDays(1).Workday();
            await cohort.Calendar.Until(answered, Hour.Claims);
            foreach (var answer in Payer.Taken(program, batch, answered))
                await Receive(desk, answer);
            var decided = sent.AddDays(12).Workday();
            await cohort.Calendar.Until(decided, Hour.Claims);

            // Once the payer looks again at something that it has paid, and takes it back.
            List<ProfessionalClaim> takenBack = [];
            if (!reversed && paid.FirstOrDefault(claim => claim.Charge < Payer.Pays(batch.Claims)) is { } first)
            {
                takenBack.Add(first);
                reversed = true;
            }

            var (file, trace, amount) = payer.Decided(program, batch.Claims, takenBack, decided);
            await Receive(desk, file);
            paid.AddRange(batch.Claims.Where(claim => Payer.Pays([claim]) == claim.Charge));
            cohort.Count.Add(nameof(Tally.Reversals), takenBack.Count);
            if (amount <= 0)
                continue;
            var booked = decided.AddDays(2).Workday();
            await cohort.Calendar.Until(booked, Hour.Claims);
            await desk.Remittances.RecordDepositsAsync(new()
            {
                Deposits = { new Deposit { DepositDate = booked.Text(), Amount = amount.Dollars(), Trace = trace } },
            });
        }
    }

    private async Task<ProfessionalClaims?> Sent(Desk desk)
    {
        var lines = agency.TakeReady();
        if (lines.Count == 0)
            return null;
        var batch = await desk.Batches.CreateClaimBatchAsync(new() { Payer = $"organizations/{agency.Program.Payer}", Program = agency.Program.Id, ClaimLines = { lines } });
        cohort.Count.Add(nameof(Tally.LeftOut), batch.LeftOut.Count);
        foreach (var left in batch.LeftOut)
            cohort.Count.Refuse($"{agency.Program.Id} left out {left.Place} {left.Reason} {left.Fix}");
        if (batch.Claims == 0)
            return null;
        cohort.Count.Add(nameof(Tally.Claims), batch.Claims);
        await desk.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag });
        var file = await desk.Batches.DownloadClaimBatchAsync(new() { Name = batch.Name });
        return X12Documents.Read(file.Content.ToByteArray()).OfType<ProfessionalClaims>().Single();
    }

    private async Task Receive(Desk desk, string content)
    {
        var received = await desk.Remittances.ReceiveFileAsync(new() { Content = ByteString.CopyFromUtf8(content) });
        if (received.State != ReceivedFileState.Posted)
            throw new CohortException($"{agency.Name} received a file of its payer that is {received.State}: {string.Join("; ", received.Findings)}\n{content}");
    }
}
