using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;
using Timing = Ips.Contracts.Billing.V1.PreviewTiming;

namespace Ips.Billing.Tests;

/// <summary>What a team can bill now, soon and never, in one call.</summary>
[Collection("billing")]
public sealed class PreviewTests(BillingService service) : LaterMilestoneSteps(service)
{
    [Fact]
    public async Task A_caseload_shows_what_can_be_billed_now_soon_and_never_and_why()
    {
        var (first, _) = Service.Eligibility.Person();
        var (second, none) = Service.Eligibility.Person();
        none.Authorized = null;
        await Service.Noted(first, 60, "2025-02-12");
        await Service.Noted(first, 45, "2025-02-13");
        var intake = await Service.Submitted(BillingService.Second(first));
        await Service.Referred(first, "ineligible", "2025-01-20");
        await Service.Referred(second, "eligible_open", "2025-01-20");
        var reviewed = await Job(first);
        await Job(second);

        var preview = await Preview(first, second);
        Assert.Equal(18, preview.Items.Count);
        var items = preview.Items.ToDictionary(i => (i.Individual, i.Number));
        Assert.Equal((Timing.Now, "172.41", 7, ""), Shown(items[(first, 1)]));
        Assert.Equal((Timing.Now, "2000.00", 1, intake.Name), Shown(items[(first, 2)]));
        Assert.Equal((Timing.Soon, "3200.00", 1, reviewed.Name), Shown(items[(first, 3)]));
        Assert.Equal((Timing.Never, "VR"), (items[(second, 3)].Timing, items[(second, 3)].Funder));
        Assert.Equal("2172.41", preview.Now.Amount);
        Assert.NotEqual(Timing.Now, items[(second, 2)].Timing);
        Assert.All(preview.Items.Where(i => i is { Timing: not Timing.Now, Milestone: "" } && (i.Individual, i.Number) != (second, 1)), i => Assert.NotEmpty(i.Unmet));
        // Without notes there is nothing to bill yet, and no rule that refuses it.
        Assert.Equal((Timing.Soon, 0), (items[(second, 1)].Timing, items[(second, 1)].Unmet.Count));
        // It stores nothing: what it shows is the same again.
        Assert.Equal(preview, await Preview(first, second));

        var line = await Service.Claimed(Service.Line(intake.Name));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        Assert.Equal(Timing.Never, (await Preview(first)).Items.Single(i => i.Number == 2).Timing);
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var (person, _) = Service.Eligibility.Person();
        Proto.PreviewCaseloadRequest Request() => new() { Provider = $"organizations/{BillingService.Provider}", Program = "nc-core", EventDate = Third, Individuals = { person } };
        foreach (var (field, change) in new (string, Action<Proto.PreviewCaseloadRequest>)[]
        {
            ("provider", r => r.Provider = ""), ("program", r => r.Program = "la-acla"), ("program", r => r.Program = ""), ("event_date", r => r.EventDate = "2199-01-01"),
            ("individuals", r => r.Individuals.Clear()), ("individuals", r => r.Individuals.Add(person)),
            ("individuals", r => r.Individuals.Add(Enumerable.Range(0, 25).Select(_ => $"individuals/{Guid.CreateVersion7()}"))),
        })
        {
            var request = Request();
            change(request);
            Assert.Equal([field], (await Service.Milestones.PreviewCaseloadAsync(request, Service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        await Service.Milestones.PreviewCaseloadAsync(Request(), Service.As(Roles.Provider, "another-agency")).Refused(StatusCode.PermissionDenied);
        await Service.Milestones.PreviewCaseloadAsync(Request(), Service.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
        var unknown = Request();
        unknown.Individuals[0] = $"individuals/{Guid.CreateVersion7()}";
        await Service.Milestones.PreviewCaseloadAsync(unknown, Service.Us).Refused(StatusCode.NotFound);
    }

    private static (Timing, string, int, string) Shown(Proto.CaseloadPreviewItem item) => (item.Timing, item.Amount.Amount, item.PayableUnits, item.Milestone);

    private async Task<Proto.CaseloadPreview> Preview(params string[] people) => await Service.Milestones.PreviewCaseloadAsync(
        new() { Provider = $"organizations/{BillingService.Provider}", Program = "nc-core", EventDate = Fourth, Individuals = { people } }, Service.Us);
}
