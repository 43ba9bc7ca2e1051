using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Versions of the Career Profile, and the documents that a program still misses.</summary>
[Collection("eligibility")]
public sealed class CareerProfileTests(EligibilityService service)
{
    [Fact]
    public async Task Every_version_is_stored_and_read_by_its_number()
    {
        var one = await PersonBuilder.Register(service);
        var first = await one.CareerProfiles.CreateCareerProfileAsync(First(one, service.Day(-9)), one.AsProvider);
        Assert.Equal((1, "1"), (first.Version, first.Etag));
        Assert.Equal(StatusCode.AlreadyExists,
            (await service.RefusedWithoutTrace(async () => await one.CareerProfiles.CreateCareerProfileAsync(First(one, service.Day()), one.AsProvider))).Code);

        var revise = Next(first, service.Day(-2));
        revise.Content.LegalHistory = "Quilllegal";
        var second = await one.CareerProfiles.ReviseCareerProfileAsync(revise, one.AsProvider);
        Assert.Equal((first.Name, 2, "2", "Quilllegal"), (second.Name, second.Version, second.Etag, second.Content.LegalHistory));
        Assert.Equal(second, await one.CareerProfiles.GetCareerProfileAsync(new() { Name = first.Name }, one.AsPayer));
        var old = await one.CareerProfiles.GetCareerProfileAsync(new() { Name = first.Name, Version = 1 }, one.AsProvider);
        Assert.Equal((first.Content, "2"), (old.Content, old.Etag));
        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await one.CareerProfiles.GetCareerProfileAsync(new() { Name = first.Name, Version = 3 },
            one.AsProvider))).Code);

        var page = await one.CareerProfiles.ListCareerProfileVersionsAsync(new() { Name = first.Name, PageSize = 1 }, one.AsProvider);
        var rest = await one.CareerProfiles.ListCareerProfileVersionsAsync(
            new() { Name = first.Name, PageSize = 1, PageToken = page.NextPageToken }, one.AsProvider);
        Assert.Equal([1, 2], page.Versions.Concat(rest.Versions).Select(v => v.Version));
        Assert.Equal(second, Assert.Single((await one.CareerProfiles.ListCareerProfilesAsync(new() { Individual = one.Name }, one.AsProvider)).CareerProfiles));
        Assert.Equal(0, await service.Count("career_profile_versions t where t::text ilike '%Quill%' or encode(t.content, 'escape') ilike '%Quill%'"));
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
            await one.CareerProfiles.GetCareerProfileAsync(new() { Name = first.Name }, service.As(Roles.Provider, EligibilityService.NewCode("agency")))))
                .Code);
    }

    [Fact]
    public async Task A_revision_follows_the_version_last_read_and_one_of_two_concurrent_revisions_fails()
    {
        var one = await PersonBuilder.Register(service);
        var first = await one.CareerProfiles.CreateCareerProfileAsync(First(one, service.Day(-3)), one.AsProvider);
        Assert.Equal(["dated_on"],
            (await service.RefusedWithoutTrace(async () => await one.CareerProfiles.ReviseCareerProfileAsync(Next(first, service.Day(-4)), one.AsProvider)))
            .Fields);
        Assert.Equal(["dated_on"],
            (await service.RefusedWithoutTrace(async () => await one.CareerProfiles.ReviseCareerProfileAsync(Next(first, service.Day(1)), one.AsProvider)))
            .Fields);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return (await one.CareerProfiles.ReviseCareerProfileAsync(Next(first, service.Day()), one.AsProvider)).Version;
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.Aborted or StatusCode.AlreadyExists)
            {
                return 0;
            }
        }));
        Assert.Equal(2, Assert.Single(answers, a => a > 0));
        Assert.Equal(StatusCode.Aborted, (
            await service.RefusedWithoutTrace(async () => await one.CareerProfiles.ReviseCareerProfileAsync(Next(first, service.Day()), one.AsProvider))).Code);
        var long_ = Next(first, service.Day());
        (long_.Content.Strengths, long_.Content.Services[0].Minutes) = (new string('x', 4001), 1441);
        Assert.Equal(["content.services[0].minutes", "content.strengths"],
            (await service.RefusedWithoutTrace(async () => await one.CareerProfiles.ReviseCareerProfileAsync(long_, one.AsProvider))).Fields.Order());
    }

    [Fact]
    public async Task Missing_documents_are_named_until_they_are_recorded_NC_DOC_005_NC_DEF_006_NC_LIM_004_NC_LIM_005_NC_DOC_006()
    {
        var one = await PersonBuilder.Register(service);
        var none = await Check(one, "nc-core");
        Assert.False(none.Complete);
        Assert.Equal(["NC-DEF-006", "NC-DOC-005", "NC-LIM-004", "NC-LIM-005"],
            none.Findings.Where(f => f.Verdict == Verdict.NeedsFacts).Select(f => f.RuleId).Order());
        Assert.All(none.Findings, f => Assert.NotEmpty(f.Citation.Section));

        var request = First(one, service.Day(-2));
        (request.Content.Abilities, request.Content.Services[0].Minutes) = (" ", 0);
        var first = await one.CareerProfiles.CreateCareerProfileAsync(request, one.AsProvider);
        await one.Record(new()
        {
            CrisisCoverage =
            new() { Organization = "organizations/mobile-crisis", AgreedOn = service.Day(-2), Through = service.Day(20) }
        });
        var part = await Check(one, "nc-core");
        Assert.Equal(["abilities"], Assert.Single(part.Findings, f => f.RuleId == "NC-DEF-006").MissingFacts);
        Assert.Equal((Verdict.Met, Verdict.NeedsFacts, Verdict.Met), (Of(part, "NC-DOC-005"), Of(part, "NC-LIM-004"), Of(part, "NC-LIM-005")));

        var whole = await one.CareerProfiles.ReviseCareerProfileAsync(Next(first, service.Day()), one.AsProvider);
        var done = await Check(one, "nc-state");
        Assert.True(done.Complete, done.ToString());
        Assert.Equal((whole.Name, 2), (done.CareerProfile, done.Version));
        Assert.Equal(Verdict.NeedsFacts, Of(await Check(one, "nc-state", -1), "NC-DEF-006"));
        Assert.Equal(Verdict.NeedsFacts, Of(await Check(one, "nc-state", -3), "NC-DOC-005"));
        Assert.Equal((Verdict.Met, Verdict.NeedsFacts),
            (Of(await Check(one, "nc-state", 20), "NC-LIM-005"), Of(await Check(one, "nc-state", 21), "NC-LIM-005")));

        // An enhanced service requires the integrated plan with the profile attached.
        await one.Record(Records.Service(Proto.OtherServiceKind.EnhancedService, service.Day(-1)));
        Assert.Equal(Verdict.NeedsFacts, Of(await Check(one, "nc-state"), "NC-DOC-006"));
        var plan = new Proto.PlanReference
        {
            DatedOn = service.Day(),
            ClinicalHome = "organizations/clinic",
            DocumentSha256 = new string('a', 64),
            ListsEmployment = true
        };
        var recorded = await one.Record(new() { Plan = plan });
        Assert.Equal(["plan.career_profile_attached"], Assert.Single((await Check(one, "nc-state")).Findings, f => f.RuleId == "NC-DOC-006").MissingFacts);
        plan.CareerProfileAttached = true;
        await one.Correct(recorded, new() { Plan = plan });
        Assert.True((await Check(one, "nc-state")).Complete);
    }

    [Fact]
    public async Task Missouri_requires_work_and_legal_history_MO_DEF_001()
    {
        var one = await PersonBuilder.Register(service);
        var request = First(one, service.Day());
        (request.Content.WorkHistory, request.Content.LegalHistory) = ("", "");
        await one.CareerProfiles.CreateCareerProfileAsync(request, one.AsProvider);
        var checked_ = await Check(one, "mo-dmh-vr");
        Assert.Equal(["work_history", "legal_history"], Assert.Single(checked_.Findings).MissingFacts);
        Assert.Equal("MO-DEF-001", checked_.Findings[0].RuleId);
    }

    internal static Proto.CreateCareerProfileRequest First(PersonBuilder one, string dated) =>
        new() { Individual = one.Name, DatedOn = dated, Content = Content(), RequestId = EligibilityService.NewId() };

    private static Proto.ReviseCareerProfileRequest Next(Proto.CareerProfile before, string dated) =>
        new() { Name = before.Name, Etag = before.Etag, DatedOn = dated, Content = Content(), RequestId = EligibilityService.NewId() };

    private static Proto.CareerProfileContent Content() => new()
    {
        Strengths = "Quillstrength",
        Abilities = "Quillability",
        Interests = "Quillinterest",
        WorkPreferences = "Quillpreference",
        WorkHistory = "Quillhistory",
        Education = "Quilleducation",
        LegalHistory = "none",
        SupportsNeeded = "Quillsupport",
        Goals = { "Quillgoal" },
        Services = { new Proto.PlannedService { Intervention = "Quillintervention", Contacts = 1, Period = Proto.ServicePeriod.Week, Minutes = 60 } },
        BenefitsCounselling = "Quillbenefits",
        Disclosure = Proto.DisclosureChoice.DoNotDisclose,
    };

    private async Task<Proto.CheckDocumentationResponse> Check(PersonBuilder one, string program, int day = 0) =>
        await one.CareerProfiles.CheckDocumentationAsync(new() { Individual = one.Name, Program = program, AsOf = service.Day(day) }, one.AsPayer);

    private static Verdict Of(Proto.CheckDocumentationResponse reply, string rule) => Assert.Single(reply.Findings, f => f.RuleId == rule).Verdict;
}
