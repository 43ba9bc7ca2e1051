using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;
using State = Ips.Contracts.Billing.V1.FileTransferState;
using Trouble = Ips.Contracts.Billing.V1.FileTransferProblem;

namespace Ips.Billing.Tests;

/// <summary>Files go to payers and come from them over SFTP: none twice, none lost, each accounted for.</summary>
[Collection("mailboxes")]
public sealed class MailboxTests(MailboxService mailboxes)
{
    [Fact]
    public async Task A_batch_is_delivered_and_the_answer_is_taken_in()
    {
        var payer = await mailboxes.OwnMailbox();
        var batch = await mailboxes.NewBatch(payer);
        var waiting = Assert.Single(await mailboxes.Files(payer));
        Assert.Equal((State.Waiting, Proto.FileDirection.Outgoing, batch.Name, batch.Sha256), (waiting.State, waiting.Direction, waiting.ClaimBatch, waiting.Sha256));
        await mailboxes.Round(payer);
        var sent = Assert.Single(await mailboxes.Files(payer));
        Assert.Equal((State.Done, 1, Trouble.Unspecified), (sent.State, sent.Attempts, sent.Problem));
        Assert.Equal([sent.FileName], mailboxes.In(payer, "out"));
        var file = await mailboxes.Batches.DownloadClaimBatchAsync(new() { Name = batch.Name }, mailboxes.Us);
        Assert.Equal(file.Content.ToByteArray(), await File.ReadAllBytesAsync(Path.Combine(mailboxes.Folder(payer, "out"), file.FileName)));
        Assert.Equal(Proto.ClaimBatchState.Sent, (await mailboxes.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, mailboxes.Us)).State);
        Assert.Equal(Proto.ClaimState.Sent, Assert.Single((await mailboxes.Batches.ListClaimsAsync(new() { ClaimBatch = batch.Name }, mailboxes.Us)).Claims).State);

        var answer = PayerFiles.Acknowledgement(batch.ControlNumber);
        mailboxes.Put(payer, "answer.999", answer);
        // The first look only sees it: the payer may still be writing.
        await mailboxes.Round(payer);
        Assert.Equal(State.Waiting, (await mailboxes.Files(payer))[1].State);
        await mailboxes.Round(payer);
        var taken = (await mailboxes.Files(payer))[1];
        Assert.Equal((State.Done, Proto.FileDirection.Incoming), (taken.State, taken.Direction));
        Assert.Empty(mailboxes.In(payer, "in"));
        Assert.Equal([$"{Guid.Parse(taken.Name[14..]):N}-answer.999"], mailboxes.In(payer, "archive"));
        var received = await mailboxes.Remittances.GetReceivedFileAsync(new() { Name = taken.ReceivedFile }, mailboxes.Us);
        Assert.Equal((Proto.ReceivedFileState.Posted, 1), (received.State, received.ClaimsMoved));

        // The same bytes under another name change nothing, and both files are accounted for. One that is no X12 is refused, and its findings say so.
        mailboxes.Put(payer, "again.999", answer);
        mailboxes.Put(payer, "notes.txt", "no file of a payer");
        await mailboxes.Round(payer);
        await mailboxes.Round(payer);
        var files = await mailboxes.Files(payer);
        Assert.All(files, f => Assert.Equal(State.Done, f.State));
        Assert.Equal(taken.ReceivedFile, files.Single(f => f.FileName == "again.999").ReceivedFile);
        var refused = await mailboxes.Remittances.GetReceivedFileAsync(new() { Name = files.Single(f => f.FileName == "notes.txt").ReceivedFile }, mailboxes.Us);
        Assert.Equal(Proto.ReceivedFileState.Refused, refused.State);
        Assert.NotEmpty(refused.Findings);
        Assert.Equal(3, mailboxes.In(payer, "archive").Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ended_at_any_step_a_batch_is_delivered_once(bool before)
    {
        var payer = await mailboxes.OwnMailbox();
        for (var (step, ended) = (0, true); ended; step++)
        {
            var batch = await mailboxes.NewBatch(payer);
            ended = await Ended(payer, step, before);
            // The payer picks up what it sees, before anyone tries again.
            List<string> picked = [.. PickUp(payer)];
            await mailboxes.Round(payer);
            picked.AddRange(PickUp(payer));
            Assert.Equal([batch.Sha256], picked);
            Assert.Empty(mailboxes.In(payer, "out"));
            Assert.Equal(State.Done, (await mailboxes.Files(payer)).Single(f => f.ClaimBatch == batch.Name).State);
            Assert.Equal(Proto.ClaimBatchState.Sent, (await mailboxes.Batches.GetClaimBatchAsync(new() { Name = batch.Name }, mailboxes.Us)).State);
            Assert.True(step < 30);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ended_at_any_step_an_incoming_file_is_posted_once(bool before)
    {
        var payer = await mailboxes.OwnMailbox();
        for (var (step, ended) = (0, true); ended; step++)
        {
            var batch = await mailboxes.NewBatch(payer);
            await mailboxes.Round(payer);
            mailboxes.Put(payer, "answer.999", PayerFiles.Acknowledgement(batch.ControlNumber));
            await mailboxes.Round(payer);
            ended = await Ended(payer, step, before);
            // A next file under the same name is another one.
            if (!mailboxes.In(payer, "in").Contains("answer.999"))
                mailboxes.Put(payer, "answer.999", PayerFiles.Ta1(batch.ControlNumber));
            for (var i = 0; i < 3; i++)
                await mailboxes.Round(payer);
            Assert.Empty(mailboxes.In(payer, "in"));
            var files = (await mailboxes.Files(payer)).Where(f => f.Direction == Proto.FileDirection.Incoming).ToList();
            Assert.All(files, f => Assert.Equal(State.Done, f.State));
            Assert.Equal(files.Count, mailboxes.In(payer, "archive").Count);
            Assert.Equal(files.Count, files.Select(f => f.ReceivedFile).Distinct().Count());
            var claim = Assert.Single((await mailboxes.Batches.ListClaimsAsync(new() { ClaimBatch = batch.Name }, mailboxes.Us)).Claims);
            Assert.Single(claim.Moves, m => m.State == Proto.ClaimState.Received);
            Assert.True(step < 30);
        }
    }

    [Fact]
    public async Task Of_many_rounds_at_once_each_file_goes_once()
    {
        var payer = await mailboxes.OwnMailbox();
        var batches = new List<Proto.ClaimBatch> { await mailboxes.NewBatch(payer), await mailboxes.NewBatch(payer) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => mailboxes.Round(payer)));
        Assert.Equal(batches.Select(b => b.Sha256).Order(), PickUp(payer).Order());
        foreach (var batch in batches)
            mailboxes.Put(payer, $"{batch.ControlNumber}.999", PayerFiles.Acknowledgement(batch.ControlNumber));
        await mailboxes.Round(payer);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => mailboxes.Round(payer)));
        await mailboxes.Round(payer);
        var files = await mailboxes.Files(payer);
        Assert.Equal(4, files.Count);
        Assert.All(files, f => Assert.Equal(State.Done, f.State));
        Assert.Equal(2, mailboxes.In(payer, "archive").Count);
    }

    [Theory]
    [InlineData(MailboxService.OtherHost, Trouble.HostKey)]
    [InlineData(MailboxService.OtherLogin, Trouble.Login)]
    [InlineData(MailboxService.NoFolder, Trouble.Folder)]
    public async Task What_keeps_a_file_from_going_is_shown_and_nothing_is_sent(string payer, Trouble problem)
    {
        await mailboxes.Payer(code: payer);
        var batch = await mailboxes.NewBatch(payer);
        await mailboxes.Round(payer);
        var file = Assert.Single(await mailboxes.Files(payer));
        Assert.Equal((State.Waiting, problem), (file.State, file.Problem));
        Assert.True(file.NextAttemptTime is not null && file.EndTime is null);
        Assert.Empty(mailboxes.In(payer, "out"));
        // It can go in another way; the next round does not send it again.
        await mailboxes.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = BillingService.NewId() }, mailboxes.Us);
        Assert.Equal((State.Cancelled, Trouble.Unspecified), ((await mailboxes.Files(payer))[0].State, (await mailboxes.Files(payer))[0].Problem));
    }

    [Fact]
    public async Task A_server_that_is_down_is_tried_again_and_a_taken_name_waits()
    {
        var payer = await mailboxes.OwnMailbox();
        var batch = await mailboxes.NewBatch(payer);
        await mailboxes.Server.KillAsync();
        await mailboxes.Round(payer);
        Assert.Equal(Trouble.Unreachable, Assert.Single(await mailboxes.Files(payer)).Problem);
        await mailboxes.Server.StartAsync();
        var name = Path.Combine(mailboxes.Folder(payer, "out"), $"claims-{batch.ControlNumber:000000000}.x12");
        await File.WriteAllTextAsync(name, "of another system");
        await mailboxes.Round(payer);
        Assert.Equal((State.Written, Trouble.NameTaken), (Assert.Single(await mailboxes.Files(payer)).State, (await mailboxes.Files(payer))[0].Problem));
        Assert.Equal("of another system", await File.ReadAllTextAsync(name));
        // It may get its name any moment, so no one can say that it went in another way.
        await mailboxes.Batches.MarkClaimBatchSentAsync(new() { Name = batch.Name, Etag = batch.Etag, RequestId = BillingService.NewId() }, mailboxes.Us)
            .Refused(StatusCode.FailedPrecondition);
        // Not the time for another attempt yet: a round without time between does nothing.
        mailboxes.Clock.Advance(-TimeSpan.FromHours(1));
        File.Delete(name);
        await mailboxes.Round(payer);
        Assert.Equal(State.Written, (await mailboxes.Files(payer))[0].State);
        await mailboxes.Round(payer);
        Assert.Equal([batch.Sha256], PickUp(payer));
    }

    [Fact]
    public async Task A_file_that_grows_is_left_and_one_that_is_taken_back_or_too_large_is_named()
    {
        var payer = await mailboxes.OwnMailbox();
        var folder = mailboxes.Folder(payer, "in");
        foreach (var hidden in new[] { ".hidden", "file.part", "file.TMP" })
            await File.WriteAllTextAsync(Path.Combine(folder, hidden), "x");
        await File.WriteAllTextAsync(Path.Combine(folder, "grows.835"), "ISA");
        await mailboxes.Round(payer);
        await File.AppendAllTextAsync(Path.Combine(folder, "grows.835"), "*00");
        await mailboxes.Round(payer);
        var file = Assert.Single(await mailboxes.Files(payer));
        Assert.Equal(("grows.835", State.Waiting, 0, 6), (file.FileName, file.State, file.Attempts, file.Size));
        File.Delete(Path.Combine(folder, "grows.835"));
        await mailboxes.Round(payer);
        Assert.Equal(State.Cancelled, Assert.Single(await mailboxes.Files(payer)).State);

        await using (var large = File.Create(Path.Combine(folder, "large.835")))
            large.SetLength(64 * 1024 * 1024 + 1);
        await mailboxes.Round(payer);
        await mailboxes.Round(payer);
        Assert.Equal((State.Waiting, Trouble.TooLarge), ((await mailboxes.Files(payer))[1].State, (await mailboxes.Files(payer))[1].Problem));
        Assert.Contains("large.835", mailboxes.In(payer, "in"));
        File.Delete(Path.Combine(folder, "large.835"));
        await mailboxes.Round(payer);
    }

    [Fact]
    public async Task The_agency_and_operations_see_files_and_no_one_else()
    {
        var payer = await mailboxes.OwnMailbox();
        await mailboxes.NewBatch(payer);
        Proto.ListFileTransfersRequest waiting = new() { Payer = $"organizations/{payer}", Waiting = true, Direction = Proto.FileDirection.Outgoing };
        Assert.Single((await mailboxes.Transfers.ListFileTransfersAsync(waiting, mailboxes.Us)).FileTransfers);
        Assert.Single((await mailboxes.Transfers.ListFileTransfersAsync(waiting, mailboxes.As(Roles.Ops, "platform"))).FileTransfers);
        Assert.Empty((await mailboxes.Transfers.ListFileTransfersAsync(waiting, mailboxes.As(Roles.Provider, "another-agency"))).FileTransfers);
        foreach (var role in new[] { Roles.Mco, Roles.Dvrs, Roles.State })
            await mailboxes.Transfers.ListFileTransfersAsync(waiting, mailboxes.As(role, payer)).Refused(StatusCode.PermissionDenied);
        Assert.Equal(0, Convert.ToInt32(await mailboxes.Database.ScalarAsync(
            "begin; set local role ips_request; set local \"ips.provider\" = 'another-agency'; select count(*) from file_transfers")));
        await mailboxes.Round(payer);
        Assert.Empty((await mailboxes.Transfers.ListFileTransfersAsync(waiting, mailboxes.Us)).FileTransfers);
    }

    [Fact]
    public void A_wrong_mailbox_is_named_by_its_setting()
    {
        Assert.Empty(MailboxService.Wrong(_ => { }, mailboxes));
        foreach (var (setting, change) in new (string, Action<Mailboxes.Mailbox>)[]
        {
            ("Provider", b => b.Provider = "No Code"), ("Payer", b => b.Payer = ""), ("Host", b => b.Host = ""), ("Port", b => b.Port = 0), ("User", b => b.User = ""),
            ("HostKeys", b => b.HostKeys = []), ("HostKeys", b => b.HostKeys = ["MD5:00"]), ("Outgoing", b => b.Outgoing = b.Incoming),
            ("PrivateKey", b => b.PrivateKey = "none"), ("PrivateKey", b => b.PrivateKey = ""),
        })
            Assert.StartsWith($"Mailboxes:At:test:{setting}", Assert.Single(MailboxService.Wrong(change, mailboxes)), StringComparison.Ordinal);
    }

    /// <summary>docs/integrators/agency-mailboxes.md as it stands on the page: its settings, its command and its requests.</summary>
    [Fact]
    public async Task The_page_works_as_written()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "integrators", "agency-mailboxes.md"));
        foreach (Match setting in Regex.Matches(page, "^Mailboxes__At__alliance__(?<name>[A-Za-z_0-9]+)=", RegexOptions.Multiline, TimeSpan.FromSeconds(10)))
            Assert.Contains($"Mailboxes:At:{MailboxService.Payers[0]}:{setting.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal)}", mailboxes.Settings.Keys);
        var command = Regex.Match(page, "ssh-keyscan.*", RegexOptions.None, TimeSpan.FromSeconds(10)).Value
            .Replace("sftp.alliance.example", "127.0.0.1", StringComparison.Ordinal).Replace("-p 22", $"-p {mailboxes.Server.Port}", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Contains(mailboxes.Server.HostKey, await shell.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);

        var payer = await mailboxes.OwnMailbox();
        await mailboxes.ReadyLine((await mailboxes.Insured(payer)).Name);
        Dictionary<string, string> words = new()
        {
            ["provider"] = mailboxes.As(Roles.Provider, BillingService.Provider)[0].Value["Bearer ".Length..],
            ["payer"] = payer,
        };
        PageSession session = new("agency-mailboxes", mailboxes.Address, words, before: async () =>
        {
            if (words.TryGetValue("control", out var control) && PickUp(payer).Count > 0)
                mailboxes.Put(payer, "20250310.999", PayerFiles.Acknowledgement(int.Parse(control, System.Globalization.CultureInfo.InvariantCulture)));
            await mailboxes.Round(payer);
            await mailboxes.Round(payer);
        });
        Assert.Equal(4, await session.Run());
    }

    /// <summary>A round that ends at a step; false when it came to its end before that.</summary>
    private async Task<bool> Ended(string payer, int step, bool before)
    {
        using CancellationTokenSource process = new();
        try
        {
            await mailboxes.Round(payer, real => new EndsAt(real, payer, step, before, process), process.Token);
            return false;
        }
        catch (OperationCanceledException) when (process.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>The payer takes every file that is not hidden out of its mailbox; the hashes of them.</summary>
    private List<string> PickUp(string payer)
    {
        List<string> hashes = [];
        foreach (var name in mailboxes.In(payer, "out").Where(n => !n.StartsWith('.')))
        {
            var file = Path.Combine(mailboxes.Folder(payer, "out"), name);
            hashes.Add(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
            File.Delete(file);
        }

        return hashes;
    }
}
