using System.Net;
using System.Security.Cryptography;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A document of a request is stored with it: then the request no longer waits for it, and its payer can read it.</summary>
[Collection("eligibility")]
public sealed class RequestDocumentTests(EligibilityService service)
{
    private static readonly string[] Plan = ["bh_interventions", "ips_interventions", "career_goals"];

    private Proto.Documents.DocumentsClient Documents => new(service.Channel);

    private async Task<(PersonBuilder One, Proto.Authorization Pended)> Pended(params DocumentKind[] sent)
    {
        var one = await PersonBuilder.Register(service);
        return (one, await Pended(one, sent));
    }

    private static async Task<Proto.Authorization> Pended(PersonBuilder one, params DocumentKind[] sent)
    {
        var request = await one.Request();
        request.Documents.Clear();
        foreach (var kind in sent)
            request.Documents.Add(await one.Paper(kind));
        var pended = await one.Send(request);
        Assert.Equal(Proto.AuthorizationState.PendedInfo, pended.State);
        return pended;
    }

    private async Task<byte[]> Download(Document document, Metadata caller)
    {
        using var call = Documents.DownloadDocument(new() { Name = document.Name }, caller);
        List<byte> bytes = [];
        await foreach (var piece in call.ResponseStream.ReadAllAsync())
            bytes.AddRange(piece.Content);
        return [.. bytes];
    }

    [Fact]
    public async Task What_a_document_contains_is_stated_later_about_the_same_bytes()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment, DocumentKind.CareerProfile, DocumentKind.IntegratedPcp);
        var plan = Assert.Single(pended.Checklist.Single(i => i.Document == "integrated_pcp").Files);
        Proto.AddDocumentsRequest Stated(Proto.Authorization seen, string document, params string[] contents) => new()
        {
            Name = seen.Name,
            Etag = seen.Etag,
            RequestId = EligibilityService.NewId(),
            Contents = { new Proto.DocumentContents { Document = document, Contents = { contents } } },
        };
        var before = await service.Everything();
        // A document of the person is none of the request before it is named; an assessment has no such contents.
        foreach (var (document, content, field) in new[]
        {
            (await one.Paper(DocumentKind.IntegratedPcp), Plan[0], "contents[0].document"), ("documents/x", Plan[0], "contents[0].document"),
            (plan.Document, "poetry", "contents[0].contents[0]"),
            (pended.Checklist.Single(i => i.Document == "assessment").Files[0].Document, Plan[0], "contents[0].contents[0]"),
        })
        {
            var refused = await one.Authorizations.AddDocumentsAsync(Stated(pended, document, content), one.AsProvider).Refused(StatusCode.InvalidArgument);
            Assert.Equal([field], refused.Fields());
        }

        Assert.Equal(before, await service.Everything());
        var some = await one.Authorizations.AddDocumentsAsync(Stated(pended, plan.Document, Plan[0]), one.AsProvider);
        Assert.Equal(Proto.AuthorizationState.PendedInfo, some.State);
        var whole = await one.Authorizations.AddDocumentsAsync(Stated(some, plan.Document, Plan), one.AsProvider);
        Assert.Equal(Proto.AuthorizationState.UnderReview, whole.State);
        var files = whole.Checklist.Single(i => i.Document == "integrated_pcp").Files;
        Assert.Equal(3, files.Count);
        Assert.All(files, file => Assert.Equal(plan.Sha256, file.Sha256));
        Assert.Equal(Plan.Order(), (await Documents.GetDocumentAsync(new() { Name = files[^1].Document }, one.AsProvider)).Contents);
    }

    [Fact]
    public async Task A_request_goes_to_review_with_its_last_document_and_its_checklist_names_each_with_its_hash()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment);
        var profile = await service.Uploaded(pended.Name, DocumentKind.CareerProfile, one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, one.Name), ((await one.Again(pended)).State, profile.Individual));
        // The plan without what it contains is not enough.
        await service.Uploaded(pended.Name, DocumentKind.IntegratedPcp, one.AsProvider, EligibilityService.Pdf($"a draft {one.Name}"), "career_goals");
        Assert.Equal(["integrated_pcp ips_interventions bh_interventions"], (await one.Again(pended)).Checklist
            .Where(i => i.MissingContents.Count > 0).Select(i => $"{i.Document} {string.Join(' ', i.MissingContents.OrderDescending())}"));
        var bytes = EligibilityService.Pdf($"the plan {one.Name}");
        var plan = await service.Uploaded(pended.Name, DocumentKind.IntegratedPcp, one.AsProvider, bytes, Plan);
        var reviewed = await one.Again(pended);
        Assert.Equal(Proto.AuthorizationState.UnderReview, reviewed.State);
        Assert.Equal(new Proto.RequestFile { Document = profile.Name, Sha256 = profile.Sha256 }, Assert.Single(reviewed.Checklist.Single(i => i.Document == "career_profile").Files));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), reviewed.Checklist.Single(i => i.Document == "integrated_pcp").Files[^1].Sha256);
        Assert.Single(reviewed.Checklist.Single(i => i.Document == "assessment").Files);
        Assert.Equal(2, plan.Revision);
        // The same bytes again are the document that is there.
        Assert.Equal(plan, await service.Uploaded(pended.Name, DocumentKind.IntegratedPcp, one.AsProvider, bytes, Plan));
        Assert.Equal((reviewed, 4L), (await one.Again(pended), await service.Count($"documents where subject = '{pended.Name}'")));
    }

    [Fact]
    public async Task The_payer_that_is_asked_reads_it_and_nobody_else_does()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment);
        var bytes = EligibilityService.Pdf($"Quillprofile of {one.Name}");
        var profile = await service.Uploaded(pended.Name, DocumentKind.CareerProfile, one.AsProvider, bytes);
        foreach (var caller in new[] { one.AsProvider, one.AsPayer })
        {
            Assert.Equal(bytes, await Download(profile, caller));
            Assert.Equal(profile, await Documents.GetDocumentAsync(new() { Name = profile.Name }, caller));
            Assert.Contains(profile, (await Documents.ListDocumentsAsync(new() { Individual = one.Name }, caller)).Documents);
        }

        // Of the agency's other documents of the person the payer sees none.
        Assert.All((await Documents.ListDocumentsAsync(new() { Individual = one.Name }, one.AsPayer)).Documents, document => Assert.Equal(pended.Name, document.Subject));

        using (var http = service.Http(Roles.Mco, one.Payer))
            Assert.Equal(bytes, await http.GetByteArrayAsync($"/v1/{profile.Name}:download"));
        using (var http = service.Http(Roles.State, "nc-dhhs"))
            Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync($"/v1/{profile.Name}:download")).StatusCode);
        foreach (var caller in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
        {
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(() => Download(profile, caller))).Code);
            Assert.Empty((await Documents.ListDocumentsAsync(new() { Individual = one.Name }, caller)).Documents);
        }

        Assert.Equal(0L, await service.Count("document_parts where position('Quillprofile'::bytea in part_bytes) > 0"));
        Assert.Equal(3L, await service.Count($"ips_who_saw('{one.Name[12..]}') where action = 'read' and rpc like '%ownload%'"));
    }

    [Fact]
    public async Task Bytes_about_substance_use_reach_the_payer_by_a_consent_only()
    {
        var one = await PersonBuilder.Register(service);
        await one.Record(Records.Diagnosis(Proto.DiagnosisClass.Sud, service.Day(-50), severity: Proto.DiagnosisSeverity.Severe));
        var profile = await service.Uploaded((await Pended(one, DocumentKind.Assessment)).Name, DocumentKind.CareerProfile, one.AsProvider);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.Of(() => Download(profile, one.AsPayer))).Code);
        Assert.NotEmpty(await Download(profile, one.AsProvider));
        await one.Consent(service.Day(-1), service.Day(9));
        Assert.NotEmpty(await Download(profile, one.AsPayer));
    }

    [Theory]
    [InlineData(DocumentKind.JobStartForm, "", StatusCode.InvalidArgument, "kind")]
    [InlineData(DocumentKind.ServicePlan, "", StatusCode.InvalidArgument, "kind")]
    [InlineData(DocumentKind.CareerProfile, "career_goals", StatusCode.InvalidArgument, "contents[0]")]
    [InlineData(DocumentKind.IntegratedPcp, "no_such_content", StatusCode.InvalidArgument, "contents[0]")]
    public async Task What_is_wrong_is_named_and_stores_nothing(DocumentKind kind, string content, StatusCode code, string field)
    {
        var (one, pended) = await Pended(DocumentKind.Assessment);
        string[] contents = content.Length == 0 ? [] : [content];
        var refused = await service.RefusedWithoutTrace(() => service.Uploaded(pended.Name, kind, one.AsProvider, null, contents));
        Assert.Equal((code, field), (refused.Code, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task A_request_of_someone_else_and_one_that_was_decided_take_none()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment);
        var foreign = await service.RefusedWithoutTrace(() => service.Uploaded(pended.Name, DocumentKind.CareerProfile, service.As(Roles.Provider, "agency-foreign")));
        Assert.Equal(StatusCode.NotFound, foreign.Code);
        await one.Authorizations.WithdrawAuthorizationAsync(new() { Name = pended.Name, Etag = pended.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        var closed = await service.RefusedWithoutTrace(() => service.Uploaded(pended.Name, DocumentKind.CareerProfile, one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, closed.Code);
    }

    [Fact]
    public async Task A_request_names_stored_documents_and_each_becomes_one_of_its_own()
    {
        var one = await PersonBuilder.Register(service);
        var request = await one.Request();
        var trial = request.Clone();
        (trial.ValidateOnly, trial.RequestId) = (true, "");
        var before = await service.Everything();
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Send(trial)).State);
        Assert.Equal(before, await service.Everything());
        var requested = await one.Send(request);
        Assert.Equal(requested, await one.Send(request));
        var files = requested.Checklist.SelectMany(item => item.Files.Select(file => (item.Document, file))).ToList();
        Assert.Equal((Proto.AuthorizationState.UnderReview, "assessment career_profile integrated_pcp"), (requested.State, string.Join(' ', files.Select(f => f.Document))));
        foreach (var (name, (_, file)) in request.Documents.Zip(files))
        {
            var (stored, filed) = (await Documents.GetDocumentAsync(new() { Name = name }, one.AsProvider), await Documents.GetDocumentAsync(new() { Name = file.Document }, one.AsPayer));
            Assert.Equal((one.Name, requested.Name, stored.Sha256, stored.Kind, stored.Contents), (stored.Subject, filed.Subject, filed.Sha256, filed.Kind, filed.Contents));
            Assert.Equal(await Download(stored, one.AsProvider), await Download(filed, one.AsPayer));
            // The payer sees what it was sent, and nothing else.
            Assert.Equal(StatusCode.NotFound, (await Refusal.Of(async () => await Documents.GetDocumentAsync(new() { Name = name }, one.AsPayer))).Code);
        }

        // Named again in a revision or beside what the request has, it stays what it is.
        var revised = await one.Authorizations.ReviseAuthorizationAsync(new()
        {
            Name = requested.Name,
            Etag = requested.Etag,
            RequestedFrom = requested.RequestedFrom,
            RequestedThrough = requested.RequestedThrough,
            RequestedUnits = 1,
            ServiceInitiationDate = request.ServiceInitiationDate,
            Documents = { request.Documents[0], files[1].file.Document },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        Assert.Equal(files.Select(f => f.file), revised.Checklist.SelectMany(item => item.Files));
        Assert.Equal(3L, await service.Count($"documents where subject = '{requested.Name}'"));
    }

    [Fact]
    public async Task A_Career_Profile_on_record_counts_by_its_version()
    {
        var one = await PersonBuilder.Register(service);
        var request = await one.Request();
        request.Documents.Remove(await one.Paper(DocumentKind.CareerProfile));
        var pended = await one.Send(request);
        Assert.Equal((Proto.AuthorizationState.PendedInfo, false), (pended.State, pended.Checklist.Single(i => i.Document == "career_profile").Received));
        var profile = await one.CareerProfiles.CreateCareerProfileAsync(
            new() { Individual = one.Name, DatedOn = service.Day(-5), Content = new() { Strengths = "Quillstrengths" }, RequestId = EligibilityService.NewId() }, one.AsProvider);
        var whole = await one.Authorizations.AddDocumentsAsync(new() { Name = pended.Name, Etag = pended.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.UnderReview, new Proto.RequestFile { CareerProfile = profile.Name, CareerProfileVersion = 1 }),
            (whole.State, Assert.Single(whole.Checklist.Single(i => i.Document == "career_profile").Files)));
    }

    public static TheoryData<string, string> Unfit => new()
    {
        { "another person's", "documents[3]" }, { "a foreign agency's", "documents[3]" }, { "of a renewal", "documents[3]" }, { "a code of before", "documents[3]" },
        { "unknown", "documents[3]" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task A_document_that_does_not_belong_to_the_request_is_named(string what, string field)
    {
        var (one, other) = (await PersonBuilder.Register(service), await PersonBuilder.Register(service));
        var request = await one.Request();
        request.Documents.Add(what switch
        {
            "another person's" => (await service.Uploaded((await PersonBuilder.Register(service, provider: one.Provider)).Name, DocumentKind.Assessment, one.AsProvider)).Name,
            "a foreign agency's" => await other.Paper(DocumentKind.Assessment),
            "of a renewal" => await one.Paper(DocumentKind.ServicePlan),
            "a code of before" => "REQUEST_DOCUMENT_ASSESSMENT",
            _ => $"documents/{EligibilityService.NewId()}",
        });
        var refused = await service.RefusedWithoutTrace(() => one.Send(request));
        Assert.Equal((StatusCode.InvalidArgument, field), (refused.Code, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task A_sandbox_stores_a_specimen_of_a_document_that_is_named_by_its_code_and_no_one_else_does()
    {
        var one = await PersonBuilder.Register(service);
        var request = await one.Request();
        request.Documents.Clear();
        request.Documents.Add(["REQUEST_DOCUMENT_AUTHORIZATION_REQUEST", "REQUEST_DOCUMENT_ASSESSMENT", "REQUEST_DOCUMENT_CAREER_PROFILE", "REQUEST_DOCUMENT_INTEGRATED_PCP"]);
        request.PcpContents.Add([PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals]);
        var refused = await service.RefusedWithoutTrace(() => one.Send(request));
        Assert.Equal(["documents[0]", "documents[1]", "documents[2]", "documents[3]", "pcp_contents"], refused.Fields.Order());
        var options = service.Services.GetRequiredService<IOptions<Platform.StoredDocuments.DocumentOptions>>().Value;
        options.Specimens = true;
        try
        {
            var requested = await one.Send(request);
            Assert.Equal(Proto.AuthorizationState.UnderReview, requested.State);
            var file = Assert.Single(requested.Checklist.Single(i => i.Document == "integrated_pcp").Files);
            var plan = await Documents.GetDocumentAsync(new() { Name = file.Document }, one.AsProvider);
            Assert.Equal((DocumentKind.IntegratedPcp, file.Sha256), (plan.Kind, plan.Sha256));
            Assert.Equal(Plan.Order(), plan.Contents);
            // The same request again is the same.
            Assert.Equal(requested.Name, (await one.Send(request)).Name);
            request.Documents.Add("REQUEST_DOCUMENT_POEM");
            request.RequestId = EligibilityService.NewId();
            Assert.Equal(["documents[4]"], (await service.RefusedWithoutTrace(() => one.Send(request))).Fields);
        }
        finally
        {
            options.Specimens = false;
        }
    }

    [Fact]
    public async Task A_revision_keeps_what_is_stored()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment);
        await service.Uploaded(pended.Name, DocumentKind.CareerProfile, one.AsProvider);
        var now = await one.Again(pended);
        var revised = await one.Authorizations.ReviseAuthorizationAsync(new()
        {
            Name = pended.Name,
            Etag = now.Etag,
            RequestedFrom = now.RequestedFrom,
            RequestedThrough = service.Day(59),
            RequestedUnits = 1,
            ServiceInitiationDate = service.Day(),

            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        var item = revised.Checklist.Single(i => i.Document == "career_profile");
        Assert.Equal((true, 1), (item.Received, item.Files.Count));
    }

    [Fact]
    public async Task Over_HTTP_the_contents_stand_in_the_query()
    {
        var (one, pended) = await Pended(DocumentKind.Assessment, DocumentKind.CareerProfile);
        using var http = service.Http(Roles.Provider, one.Provider);
        var contents = string.Concat(Plan.Select(content => $"&contents={content}"));
        using var answer = await http.PostAsync(
            $"/v1/documents:upload?kind=DOCUMENT_KIND_INTEGRATED_PCP&subject={pended.Name}&documentDate={service.Day()}&requestId={Guid.NewGuid()}{contents}",
            new ByteArrayContent(EligibilityService.Pdf($"over http {one.Name}")));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Proto.AuthorizationState.UnderReview, (await one.Again(pended)).State);
    }
}
