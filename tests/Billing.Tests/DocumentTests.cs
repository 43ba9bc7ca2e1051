using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Document = Ips.Contracts.Common.V1.Document;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Documents: stored once, encrypted, whole or not at all, and read by the rules. Each test has its own agency.</summary>
[Collection("billing")]
public sealed class DocumentTests(BillingService service)
{
    private readonly string agency = BillingService.NewCode("agency");

    private Metadata Own => service.As(Roles.Provider, agency);

    [Fact]
    public async Task A_document_comes_back_as_it_was_sent_on_both_wires_and_is_stored_encrypted()
    {
        var (individual, _) = service.Eligibility.Person();
        var bytes = BillingService.Pdf(string.Concat(Enumerable.Repeat("plain words of a person. ", 30_000)));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var document = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, bytes, "2025-02-03"), Own);
        Assert.Equal((individual, individual, $"organizations/{agency}", "2025-02-03", 1), (document.Subject, document.Individual, document.Provider, document.DocumentDate, document.Revision));
        Assert.Equal((hash, (long)bytes.Length, "application/pdf", DocumentScan.NotScanned, true, "client-one", false),
            (document.Sha256, document.Size, document.MediaType, document.Scan, document.Usable, document.UploadedBy, document.LegalHold));
        Assert.Equal(document, await service.Documents.GetDocumentAsync(new() { Name = document.Name }, Own));
        Assert.Equal(document, Assert.Single((await service.Documents.ListDocumentsAsync(new() { Individual = individual, Kind = DocumentKind.JobStartForm }, Own)).Documents));
        Assert.Empty((await service.Documents.ListDocumentsAsync(new() { Individual = individual, Kind = DocumentKind.VrRecord }, Own)).Documents);

        Assert.Equal(bytes, await Download(document));
        using var http = service.Http(Roles.Provider, agency);
        using var answer = await http.GetAsync($"/v1/{document.Name}:download");
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/pdf", "attachment; filename=\"job_start_form-1.pdf\""),
            (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.ToString()));

        Assert.Equal(3, await service.Count("document_parts", $"provider = '{agency}'"));
        Assert.Equal(0, await service.Count("document_parts", $"provider = '{agency}' and position('plain words'::bytea in part_bytes) > 0"));
        Assert.Equal(2, await service.Count(
            "audit_log l join audit_contexts c on c.code = l.context where c.action = 'read' and c.rpc like '%ownload%' "
            + $"and l.person = '{individual["individuals/".Length..]}'"));
    }

    [Fact]
    public async Task The_same_bytes_are_stored_once_for_an_agency_and_another_agency_learns_nothing()
    {
        var (individual, _) = service.Eligibility.Person();
        var bytes = BillingService.Pdf($"the same bytes {agency}");
        var form = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, bytes), Own);
        using var http = service.Http(Roles.Provider, agency);
        using var sent = await http.PostAsync(
            $"/v1/documents:upload?kind=DOCUMENT_KIND_MONTHLY_PROGRESS_NOTES&subject={individual}&documentDate=2025-02-01&requestId={Guid.NewGuid()}", new ByteArrayContent(bytes));
        var notes = JsonParser.Default.Parse<Document>(await sent.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.OK, form.Sha256, DocumentKind.MonthlyProgressNotes), (sent.StatusCode, notes.Sha256, notes.Kind));
        Assert.NotEqual(form.Name, notes.Name);
        Assert.Equal(1, await service.Count("document_contents", $"provider = '{agency}'"));
        Assert.Equal(1, await service.Count("document_parts", $"provider = '{agency}'"));

        // Sent again, it is the document that is there; other bytes are another version of it.
        Assert.Equal(form, await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, bytes), Own));
        var second = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf($"corrected {agency}")), Own);
        Assert.Equal(2, second.Revision);

        var other = service.As(Roles.Provider, BillingService.NewCode("agency"));
        var theirs = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, bytes), other);
        Assert.Equal((1, form.Sha256), (theirs.Revision, theirs.Sha256));
        Assert.Equal(2, await service.Count("document_contents", $"sha256 = '{form.Sha256}'"));
        await service.Documents.GetDocumentAsync(new() { Name = form.Name }, other).Refused(StatusCode.NotFound);
        await service.Documents.HoldDocumentAsync(new() { Name = form.Name, LegalHold = true, RequestId = BillingService.NewId() }, other).Refused(StatusCode.NotFound);
        Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Download(form, other))).Code);
        Assert.Equal(theirs, Assert.Single((await service.Documents.ListDocumentsAsync(new() { Individual = individual }, other)).Documents));
        await service.Documents.GetDocumentAsync(new() { Name = form.Name }, service.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task An_upload_at_once_and_again_is_stored_once()
    {
        var (individual, _) = service.Eligibility.Person();
        var bytes = BillingService.Pdf($"at once {agency}");
        var pieces = BillingService.Upload(individual, DocumentKind.JobStartForm, bytes);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.Uploaded(pieces, Own)));
        Assert.Single(all.Distinct());
        Assert.Equal(all[0], await service.Uploaded(pieces, Own));
        Assert.Equal((1L, 1L, 1L), await Stored());
        var others = BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf("other bytes"));
        others[0].RequestId = pieces[0].RequestId;
        Assert.Equal(["request_id"], (await Refusal.Of(() => service.Uploaded(others, Own))).Fields);
        Assert.Equal((1L, 1L, 1L), await Stored());
    }

    public static TheoryData<string, string, Action<List<UploadDocumentRequest>>> Wrong => new()
    {
        { "cut off", "content", pieces => pieces.RemoveAt(pieces.Count - 1) },
        { "more than announced", "size", pieces => pieces[0].Size -= 1 },
        { "another hash", "sha256", pieces => pieces[0].Sha256 = new('0', 64) },
        { "no hash", "sha256", pieces => pieces[0].Sha256 = "ABC" },
        { "above the limit", "size", pieces => pieces[0].Size = (25 * 1024 * 1024) + 1 },
        { "of another type", "content", pieces => pieces[1].Content = ByteString.CopyFrom([.. "MZ"u8, .. new byte[59_998]]) },
        { "plain text", "content", pieces => pieces[1].Content = ByteString.CopyFrom(Enumerable.Repeat((byte)'a', 60_000).ToArray()) },
        { "without a kind", "kind", pieces => pieces[0].Kind = default },
        { "about no person", "subject", pieces => pieces[0].Subject = "individuals/one" },
        { "a letter about a person", "subject", pieces => pieces[0].Kind = DocumentKind.ApprovalLetter },
        { "of tomorrow", "document_date", pieces => pieces[0].DocumentDate = "2199-01-01" },
        { "retained too briefly", "retain_until_date", pieces => pieces[0].RetainUntilDate = "2026-01-01" },
        { "without an id", "request_id", pieces => pieces[0].RequestId = "" },
        { "fields in a later message", "content", pieces => pieces[2].Kind = DocumentKind.VrRecord },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_upload_that_is_wrong_stores_nothing(string what, string field, Action<List<UploadDocumentRequest>> change)
    {
        var (individual, _) = service.Eligibility.Person();
        var pieces = BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf(new string('x', 700_000)));
        change(pieces);
        var refused = await Refusal.Of(() => service.Uploaded(pieces, Own));
        Assert.Equal((what, StatusCode.InvalidArgument, field), (what, refused.Code, Assert.Single(refused.Fields)));
        Assert.Equal((0L, 0L, 0L), await Stored());
    }

    [Fact]
    public async Task A_document_about_a_subject_of_someone_else_is_not_found()
    {
        var unknown = BillingService.Upload($"individuals/{Guid.CreateVersion7()}", DocumentKind.JobStartForm, BillingService.Pdf("x"));
        Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => service.Uploaded(unknown, Own))).Code);
        var (individual, _) = service.Eligibility.Person();
        var milestone = await service.Submitted(BillingService.Second(individual));
        Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => service.Uploaded(milestone.Name, DocumentKind.ApprovalLetter, caller: Own))).Code);
        Assert.Equal((0L, 0L, 0L), await Stored());
        Assert.Equal(individual, (await service.Uploaded(milestone.Name, DocumentKind.ApprovalLetter)).Individual);
    }

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_leaves_nothing()
    {
        var (individual, _) = service.Eligibility.Person();
        var pieces = BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf(new string('x', 2_000_000)));
        // A connection of its own: what other calls left on the shared one does not end this one.
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(service.GrpcAddress);
        using (var call = new Proto.Documents.DocumentsClient(channel).UploadDocument(Own))
        {
            foreach (var piece in pieces.Take(20))
                await call.RequestStream.WriteAsync(piece);
            await Poll.Until(async () => await service.Count("document_parts", $"provider = '{agency}'") > 0);
        }

        await Poll.Until(async () => await Stored() == (0, 0, 0));
    }

    [Fact]
    public async Task Over_HTTP_what_is_wrong_is_named()
    {
        var (individual, _) = service.Eligibility.Person();
        using var http = service.Http(Roles.Provider, agency);
        var query = $"kind=DOCUMENT_KIND_JOB_START_FORM&subject={individual}&documentDate=2025-02-01&requestId={Guid.NewGuid()}";
        foreach (var (wrong, named) in new[] { ("colour=red", "colour"), ("size=999", "cut off"), ("content=AAAA", "content"), ($"sha256={new string('0', 64)}", "sha256") })
        {
            using var answer = await http.PostAsync($"/v1/documents:upload?{query}&{wrong}", new ByteArrayContent(BillingService.Pdf("x")));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(named, await answer.Content.ReadAsStringAsync());
        }

        using var payer = service.Http(Roles.Mco, "alliance");
        Assert.Equal(HttpStatusCode.Forbidden, (await payer.PostAsync($"/v1/documents:upload?{query}", new ByteArrayContent(BillingService.Pdf("x")))).StatusCode);
        using HttpClient stranger = new() { BaseAddress = service.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync($"/v1/documents/{Guid.NewGuid()}:download")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/v1/documents/{Guid.NewGuid()}:download")).StatusCode);
        Assert.Equal((0L, 0L, 0L), await Stored());
    }

    [Fact]
    public async Task Bytes_that_were_changed_or_cut_in_the_database_are_not_delivered()
    {
        var (individual, _) = service.Eligibility.Person();
        var document = await service.Uploaded(BillingService.Upload(individual, DocumentKind.JobStartForm, BillingService.Pdf(new string('x', 600_000))), Own);
        await service.Scalar($"delete from document_parts where provider = '{agency}' and number = 2");
        await Assert.ThrowsAsync<RpcException>(() => Download(document));
        using var http = service.Http(Roles.Provider, agency);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetByteArrayAsync($"/v1/{document.Name}:download"));
    }

    [Fact]
    public async Task A_document_goes_when_its_time_is_over_unless_it_is_held()
    {
        var (individual, _) = service.Eligibility.Person();
        var held = await service.Uploaded(individual, DocumentKind.JobStartForm, caller: Own);
        var free = await service.Uploaded(individual, DocumentKind.MonthlyProgressNotes, caller: Own);
        Assert.True((await service.Documents.HoldDocumentAsync(new() { Name = held.Name, LegalHold = true, RequestId = BillingService.NewId() }, Own)).LegalHold);
        await service.Scalar($"update documents set retain_until = '2020-01-01' where provider = '{agency}'");
        await service.Scalar($"update document_contents set recorded_at = recorded_at - interval '2 days' where provider = '{agency}'");
        await service.Scalar($"update document_parts set recorded_at = recorded_at - interval '2 days' where provider = '{agency}'");
        // Bytes of an upload that a crash cut off.
        await service.Scalar($"insert into document_parts values ('{Guid.NewGuid()}', 0, '{agency}', '\\x00', now() - interval '2 days')");
        await Retire();
        await service.Documents.GetDocumentAsync(new() { Name = free.Name }, Own).Refused(StatusCode.NotFound);
        Assert.Equal(held.Sha256, (await service.Documents.GetDocumentAsync(new() { Name = held.Name }, Own)).Sha256);
        // The row can still be returned, so its bytes stay for now.
        Assert.Equal((1L, 2L, 2L), await Stored());
        await service.Scalar("delete from swept_rows where table_name = 'documents'");
        await Retire();
        Assert.Equal((1L, 1L, 1L), await Stored());
        Assert.False((await service.Documents.HoldDocumentAsync(new() { Name = held.Name, RequestId = BillingService.NewId() }, Own)).LegalHold);
        await Retire();
        await service.Scalar("delete from swept_rows where table_name = 'documents'");
        await Retire();
        Assert.Equal((0L, 0L, 0L), await Stored());

        Task Retire() => service.Use<IEnumerable<IRetiresRecords>>(async all =>
        {
            foreach (var records in all)
                await records.Retire(DateTimeOffset.MinValue, DateTimeOffset.UtcNow, CancellationToken.None);
        });
    }

    [Fact]
    public async Task Its_key_is_rotated_and_its_bytes_stay() => await service.WithDb(db =>
    {
        var columns = KeyRotation.Columns(db.Model);
        Assert.Contains(columns, c => (c.Table, c.Column) == ("document_contents", "encrypted_key"));
        Assert.DoesNotContain(columns, c => c.Table == "document_parts");
        return Task.FromResult(true);
    });

    [Fact]
    public async Task A_milestone_is_decided_again_when_its_documents_arrive_and_names_them()
    {
        var (individual, _) = service.Eligibility.Person();
        await service.Referred(individual, "ineligible", "2025-01-20");
        await service.Hired(individual, "2025-02-03", "", "2025-02-03", "2025-02-04", "2025-02-05");
        // What a caller says of documents counts for nothing.
        var request = BillingService.Later(individual, 3, "2025-02-10", new());
        request.Evidence.Documents.Add(Proto.MilestoneDocument.JobStartForm);
        var milestone = await service.Milestones.SubmitMilestoneAsync(request, service.Us);
        Assert.Equal(Proto.MilestoneState.Collecting, milestone.State);

        var first = await service.Uploaded(individual, DocumentKind.CareerProfileWithFasp);
        await service.Uploaded(individual, DocumentKind.MonthlyJobDevNotesWithEmployerContacts);
        Assert.NotEqual(Proto.MilestoneState.UnderReview, (await service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, service.Us)).State);
        var form = await service.Uploaded(individual, DocumentKind.JobStartForm);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, service.Us)).State);
        var list = await service.Milestones.GetMilestoneChecklistAsync(
            new() { Individual = individual, Provider = $"organizations/{BillingService.Provider}", Program = "nc-core", Number = 3, EventDate = "2025-02-10" }, service.Us);
        var records = list.Items.SelectMany(i => i.Records).ToList();
        Assert.Contains(first.Name, records);
        Assert.Contains(form.Name, records);
    }

    [Fact]
    public async Task A_milestone_rests_on_documents_of_its_person_only()
    {
        var ((individual, _), (another, _)) = (service.Eligibility.Person(), service.Eligibility.Person());
        var foreign = await service.Uploaded(another, DocumentKind.JobStartForm);
        foreach (var (name, number, field) in new[]
        {
            (foreign.Name, 3, "evidence.stored_documents[0]"), ($"documents/{Guid.CreateVersion7()}", 3, "evidence.stored_documents[0]"),
            ("documents/one", 3, "evidence.stored_documents[0]"), (foreign.Name, 6, "evidence.stored_documents"),
        })
        {
            var request = BillingService.Later(individual, number, "2025-02-10", new() { StoredDocuments = { name } });
            Assert.Equal([field], (await service.Milestones.SubmitMilestoneAsync(request, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        var stated = BillingService.Later(individual, 3, "2025-02-10", new() { VrStatement = Proto.VrStatement.Refused, VrDocumentDate = "2025-01-21" });
        await service.Uploaded(individual, DocumentKind.VrRecord, "2025-01-20");
        Assert.Equal(["evidence.vr_document_date"], (await service.Milestones.SubmitMilestoneAsync(stated, service.Us).Refused(StatusCode.InvalidArgument)).Fields());

        var promoted = BillingService.Later(individual, 7, "2025-06-01", new() { PromotionType = Proto.PromotionType.Internal, PromotionEvidence = { Proto.PromotionEvidence.NewTitle } });
        Assert.Equal(Proto.MilestoneState.Collecting, (await service.Milestones.SubmitMilestoneAsync(promoted, service.Us)).State);
    }

    private async Task<byte[]> Download(Document document, Metadata? caller = null)
    {
        using var call = service.Documents.DownloadDocument(new() { Name = document.Name }, caller ?? Own);
        using MemoryStream bytes = new();
        await foreach (var piece in call.ResponseStream.ReadAllAsync())
            piece.Content.WriteTo(bytes);
        return bytes.ToArray();
    }

    private async Task<(long Documents, long Contents, long Parts)> Stored() => (
        await service.Count("documents", $"provider = '{agency}'"), await service.Count("document_contents", $"provider = '{agency}'"),
        await service.Count("(select distinct content_id, provider from document_parts) p", $"provider = '{agency}'"));
}
