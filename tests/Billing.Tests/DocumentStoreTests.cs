using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Document = Ips.Contracts.Common.V1.Document;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>The same documents at an S3 server, with a virus scanner.</summary>
[AnsweredRule.Named]
public sealed class DocumentStoreTests(ScannedService service) : IClassFixture<ScannedService>
{
    private readonly string agency = BillingService.NewCode("agency");

    private Metadata Own => service.As(Roles.Provider, agency);

    [Theory]
    [InlineData(100)]
    [InlineData(12_000_000)]
    public async Task Bytes_are_encrypted_objects_of_the_bucket(int size)
    {
        var (individual, _) = service.Eligibility.Person();
        var bytes = BillingService.Pdf(string.Concat(Enumerable.Repeat("plain words. ", (size / 13) + 1)));
        var document = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, bytes, piece: 1_000_000), Own);
        Assert.Equal((DocumentScan.Clean, true), (document.Scan, document.Usable));
        Assert.Equal(bytes, await Download(document));
        Assert.Equal(0, await service.Count("document_parts", $"provider = '{agency}'"));
        var file = Assert.Single(service.Objects(agency));
        Assert.DoesNotContain("plain words", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));

        await service.Uploaded(BillingService.Upload(individual, DocumentKind.MonthlyProgressNotes, bytes, piece: 1_000_000), Own);
        Assert.Single(service.Objects(agency));
        var cut = BillingService.Upload(individual, DocumentKind.VrRecord, [.. bytes, 1, 2], piece: 1_000_000);
        cut[0].Size += 1;
        Assert.Equal(["content"], (await Refusal.Of(() => service.Uploaded(cut, Own))).Fields);
        Assert.Single(service.Objects(agency));
    }

    [Fact]
    public async Task An_infected_document_is_never_delivered_and_meets_no_rule()
    {
        var (individual, _) = service.Eligibility.Person();
        var document = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf(Scanner.Virus)));
        Assert.Equal((DocumentScan.Infected, false), (document.Scan, document.Usable));
        Assert.Equal(StatusCode.FailedPrecondition, (await Refusal.Of(() => Download(document, service.Us))).Code);
        using var http = service.Http(Roles.Provider, BillingService.Provider);
        using var answer = await http.GetAsync($"/v1/{document.Name}:download");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var request = BillingService.Later(individual, 3, "2025-02-10", new() { StoredDocuments = { document.Name } });
        Assert.Equal(["evidence.stored_documents[0]"], (await service.Milestones.SubmitMilestoneAsync(request, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task A_document_waits_for_a_scanner_that_does_not_answer_and_counts_once_it_is_clean()
    {
        var (individual, _) = service.Eligibility.Person();
        await service.Referred(individual, "ineligible", "2025-01-20");
        await service.Hired(individual, "2025-02-03", "", "2025-02-03", "2025-02-04", "2025-02-05");
        var milestone = await service.Submitted(BillingService.Later(individual, 3, "2025-02-10", new()));
        Assert.Equal(Proto.MilestoneState.Collecting, milestone.State);
        await service.Uploaded(individual, DocumentKind.CareerProfileWithFasp);
        await service.Uploaded(individual, DocumentKind.MonthlyJobDevNotesWithEmployerContacts);

        Document waiting;
        using (service.Scanner.Refuse(individual))
        {
            waiting = await service.Uploaded(individual, DocumentKind.JobStartForm);
            Assert.Equal((DocumentScan.Pending, false), (waiting.Scan, waiting.Usable));
            Assert.Equal(StatusCode.FailedPrecondition, (await Refusal.Of(() => Download(waiting, service.Us))).Code);
            Assert.NotEqual(Proto.MilestoneState.UnderReview, (await service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, service.Us)).State);
        }

        await Poll.Until(async () => (await service.Documents.GetDocumentAsync(new() { Name = waiting.Name }, service.Us)).Scan == DocumentScan.Clean);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, service.Us)).State);
    }

    private async Task<byte[]> Download(Document document, Metadata? caller = null)
    {
        using var call = service.Documents.DownloadDocument(new() { Name = document.Name }, caller ?? Own);
        using MemoryStream bytes = new();
        await foreach (var piece in call.ResponseStream.ReadAllAsync())
            piece.Content.WriteTo(bytes);
        return bytes.ToArray();
    }
}

/// <summary>Billing whose documents are at an S3 server of npm, scanned by <see cref="Scanner"/>.</summary>
public sealed class ScannedService : BillingService
{
    private const string Bucket = "billing-documents";
    private readonly string folder = Directory.CreateTempSubdirectory("ips-s3-").FullName;
    private Process? s3;

    public Scanner Scanner { get; } = new();

    /// <summary>The files of the objects of an agency.</summary>
    public IReadOnlyList<string> Objects(string agency) =>
        [.. Directory.EnumerateFiles(folder, "*_object", SearchOption.AllDirectories).Where(f => f.Contains($"/billing/{agency}/", StringComparison.Ordinal))];

    public override async Task InitializeAsync()
    {
        s3 = await NodePeers.Start("s3.js", folder, Bucket);
        using var patience = new CancellationTokenSource(Poll.Patience);
        Settings["Documents:S3:Address"] = (await NodePeers.ReadLine(s3, patience.Token))!.Value.GetProperty("address").GetString()!;
        (Settings["Documents:S3:Bucket"], Settings["Documents:S3:Prefix"]) = (Bucket, "billing/");
        (Settings["Documents:S3:AccessKey"], Settings["Documents:S3:SecretKey"]) = ("S3RVER", "S3RVER");
        (Settings["Documents:Scanner"], Settings["Documents:ScanEvery"]) = (Scanner.Address, "00:00:00.2");
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Scanner.Dispose();
        if (s3 is not null)
        {
            s3.StandardInput.Close();
            await s3.WaitForExitAsync();
            s3.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A scanner that speaks the protocol of clamd, and finds one text.</summary>
public sealed class Scanner : IDisposable
{
    public const string Virus = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, bool> refused = new();

    public Scanner()
    {
        listener.Start();
        _ = Accept();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>Answers nothing for documents with this text, as a scanner that is out of memory.</summary>
    public IDisposable Refuse(string text)
    {
        refused[text] = true;
        return new Undo(() => refused.TryRemove(text, out _));
    }

    public void Dispose() => listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => Answer(client));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Answer(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var command = new byte[10];
        await stream.ReadExactlyAsync(command);
        if (Encoding.ASCII.GetString(command) != "zINSTREAM\0")
            return;
        using MemoryStream content = new();
        var length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length);
            if (BinaryPrimitives.ReadInt32BigEndian(length) is not (> 0 and var bytes))
                break;
            var piece = new byte[bytes];
            await stream.ReadExactlyAsync(piece);
            content.Write(piece);
        }

        var text = Encoding.Latin1.GetString(content.ToArray());
        if (refused.Keys.Any(text.Contains))
            return;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.Contains(Virus, StringComparison.Ordinal) ? "stream: Eicar-Signature FOUND\0" : "stream: OK\0"));
    }

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }
}
