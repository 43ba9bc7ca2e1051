using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>
/// A person on the way from the first contact to the closure, with the checklist of each milestone before and after its evidence came. The page
/// docs/integrators/milestone-checklists.md shows this run; <c>UPDATE_DOCS=1</c> writes it.
/// </summary>
[Collection("billing")]
public sealed partial class ChecklistPageTests(BillingService service) : LaterMilestoneSteps(service)
{
    private const string Marker = "<!-- from here on written by tests/Billing.Tests/ChecklistPageTests.cs -->\n";

    private static readonly string[] Titles =
    [
        "Engagement", "Intake", "Job Development with Retention", "Job Support and Vocational Recovery", "VR Closure", "Follow Along Supports",
        "Vocational Advancement/Employment", "Educational Advancement", "Successful IPS Closure",
    ];

    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);

    [Fact]
    public async Task The_page_shows_the_checklist_of_each_milestone_from_a_run()
    {
        var (individual, person) = Service.Eligibility.Person();
        person.Order = ("2025-01-01", "2026-12-31");
        person.Authorized = null;
        await Service.Referred(individual, "ineligible", "2025-01-20");
        StringBuilder page = new(Marker);
        List<string> notes = [];
        // Notes of a milestone that was submitted are no longer to be billed.
        await Show(1, "2025-01-10", async () => notes.AddRange([await Service.Noted(individual, 60, "2025-01-08"), await Service.Noted(individual, 45, "2025-01-10")]));
        await Service.Submitted(BillingService.First(individual, "2025-01-10", notes));
        await Show(2, "2025-01-15", async () =>
        {
            (person.Kind, person.Authorized) = (AuthorizationKind.M2, ("2025-01-10", "2025-04-09", 1));
            await Service.Submitted(BillingService.Second(individual, day: "2025-01-15"));
        });
        await Show(3, Third, async () => await Service.Approved(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01")));
        await Show(4, Fourth, async () => await Service.Approved(await Support(individual)));
        await Show(5, "2025-06-07", async () => await Service.Approved(await Service.Submitted(BillingService.Later(individual, 5, "2025-06-07", Closure()))));
        await Show(6, "2025-06-30", async () =>
        {
            (person.Kind, person.Authorized) = (AuthorizationKind.M6, ("2025-06-01", "2026-01-31", 16));
            var esp = Staff(StaffRole.Esp);
            await Contact(individual, "2025-06-10", esp, Proto.ContactType.InPerson);
            await Contact(individual, "2025-06-24", esp, Proto.ContactType.InPerson);
            await Service.Submitted(BillingService.Later(individual, 6, "2025-06-30", new()));
        });
        await Show(7, "2025-08-01", async () => await Service.Approved(await Service.Submitted(
            Promotion(individual, "2025-08-01", Proto.PromotionType.Internal, Proto.PromotionEvidence.NewTitle))));
        await Show(8, "2025-09-01", async () =>
        {
            var education = await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-03-10", CompletedDate = "2025-08-20" });
            await Service.Approved(await Service.Submitted(BillingService.Later(individual, 8, "2025-09-01", new() { Education = education.Name })));
        });
        await Show(9, "2026-02-02", async () => await Service.Approved(await Service.Submitted(BillingService.Later(individual, 9, "2026-02-02", Closing()))));

        var path = Path.Combine(Checkout.Root, "docs", "integrators", "milestone-checklists.md");
        var written = await File.ReadAllTextAsync(path);
        var now = written[..written.IndexOf(Marker, StringComparison.Ordinal)] + page;
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is not null)
            await File.WriteAllTextAsync(path, now);
        else
            Assert.True(now == written, $"docs/integrators/milestone-checklists.md does not show what the service answers; run this test once with UPDATE_DOCS=1.\n{now}");

        async Task Show(int number, string day, Func<Task> work)
        {
            var before = await Checklist(number, day);
            await work();
            var after = await Checklist(number, day);
            Assert.True(before.State != after.State && after.PayableUnits > 0, $"milestone {number}: {after}");
            page.Append(CultureInfo.InvariantCulture, $"\n## Milestone {number}: {Titles[number - 1]}, {day}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"Before: {State(before)}. After: {State(after)}, {after.Funder} pays ${after.Amount.Amount}.\n\n");
            page.Append("| Rule | Before | Comes from | After | Records |\n|---|---|---|---|---|\n");
            foreach (var item in after.Items)
            {
                var first = before.Items.SingleOrDefault(i => i.Finding.RuleId == item.Finding.RuleId);
                page.Append(CultureInfo.InvariantCulture,
                    $"| {item.Finding.RuleId} | {Cell(first)} | {Source(first)} | {Cell(item)} | {string.Join(", ", item.Records.Select(Label))} |\n");
            }
        }

        async Task<Proto.MilestoneChecklist> Checklist(int number, string day) => await Service.Milestones.GetMilestoneChecklistAsync(new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Number = number,
            EventDate = day,
        }, Service.Us);
    }

    private static string State(Proto.MilestoneChecklist list) => WireCode.Lower(list.State)!.Replace('_', ' ');

    private static string Source(Proto.MilestoneChecklistItem? item) =>
        item is null || item.ProvidedBy == Proto.EvidenceSource.Unspecified ? "" : WireCode.Lower(item.ProvidedBy)!.Replace('_', ' ');

    private string Cell(Proto.MilestoneChecklistItem? item) => item is null ? ""
        : $"{WireCode.Lower(item.Finding.Verdict)!.Replace('_', ' ')}: {Reason(item.Finding.Reason)}";

    private string Reason(string text) =>
        Today().Replace(Named().Replace(text, name => Label(name.Value)), "${what} of today").Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A name of a record as a reader can follow it: the kind and a number in the order of the page.</summary>
    private string Label(string name)
    {
        if (!labels.TryGetValue(name, out var label))
        {
            var kind = Words().Replace(name[..(name.IndexOf('/', StringComparison.Ordinal) - 1)], word => $" {word.Value.ToLowerInvariant()}");
            label = labels[name] = $"{kind} {labels.Values.Count(l => l.StartsWith(kind + " ", StringComparison.Ordinal)) + 1}";
        }

        return label;
    }

    [GeneratedRegex("[a-z]+[A-Z]?[a-zA-Z]*/[0-9a-f]{8}-[0-9a-f-]{27}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("(?<what>as|question) of [0-9]{4}-[0-9]{2}-[0-9]{2}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Today();

    [GeneratedRegex("[A-Z]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}
