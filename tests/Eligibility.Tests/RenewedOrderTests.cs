using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// Who may sign on which day, how long an order is in force, how renewals keep the original's anniversary, and what voiding undoes. NC-SO-001 to NC-SO-007:
/// NC-SO-002, NC-SO-003, NC-SO-004, NC-SO-005, NC-SO-006.
/// </summary>
[Collection("eligibility")]
public sealed class RenewedOrderTests(EligibilityService service)
{
    private DateOnly Today => DateOnly.Parse(service.Day());

    [Theory]
    [InlineData("2023-09-30", Proto.SignerType.QualifiedProfessional, Verdict.NotMet)]
    [InlineData("2023-10-01", Proto.SignerType.QualifiedProfessional, Verdict.Met)]
    [InlineData("2023-09-30", Proto.SignerType.Physician, Verdict.Met)]
    public async Task NC_SO_001_a_QP_signs_orders_dated_from_October_2023_and_NC_SO_005_none_is_backdated(
        string dated, Proto.SignerType signer, Verdict verdict)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var signed = await Sign(one, await Draft(one, DateOnly.Parse(dated)), signer);
        Assert.Equal((Proto.ServiceOrderState.Invalid, verdict, Verdict.NotMet), (signed.State, Finding(signed, "NC-SO-001"), Finding(signed, "NC-SO-005")));
    }

    [Fact]
    public async Task NC_SO_005_the_day_of_capture_is_no_backdating_and_the_day_before_is()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal(Verdict.Met, Finding(await Sign(one, await Draft(one, Today)), "NC-SO-005"));
        Assert.Equal(Verdict.NotMet, Finding(await Sign(one, await Draft(one, Today.AddDays(-1))), "NC-SO-005"));
    }

    [Fact]
    public async Task NC_SO_002_the_assessment_comes_first_and_NC_SO_006_the_signature_is_dated()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var bare = await one.ServiceOrders.CreateServiceOrderAsync(
            new()
            {
                Individual = one.Name,
                Provider = $"organizations/{one.Provider}",
                Program = "nc-core",
                OrderDate = service.Day(),
                RequestId = EligibilityService.NewId()
            }, one.AsProvider);
        var without = await Sign(one, bare);
        Assert.Equal((Proto.ServiceOrderState.Invalid, Verdict.NeedsFacts), (without.State, Finding(without, "NC-SO-002")));
        var undated = one.Signature(await one.Draft());
        undated.ClearSignatureDate();
        var signed = await one.ServiceOrders.SignServiceOrderAsync(undated, one.AsProvider);
        Assert.Equal((Proto.ServiceOrderState.Invalid, Verdict.NotMet), (signed.State, Finding(signed, "NC-SO-006")));
    }

    [Fact]
    public async Task NC_SO_003_and_004_renewals_up_to_the_anniversary_leave_no_gap_and_keep_the_originals_anniversary()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var original = await Sign(one, await Draft(one, Today));
        Assert.Equal((Proto.ServiceOrderPhase.InForce, Iso(Today.AddYears(1).AddDays(-1)), Iso(Today.AddYears(1)), service.Day()),
            (original.Phase, original.ValidThrough, original.RenewalDueOn, original.OriginalOrderDate));
        // Before its renewal the order covers its last day, but not the anniversary (NC-SO-003) and not the day before the order (NC-SO-007).
        Assert.Equal((true, false, false),
            (await InForce(one, Today.AddYears(1).AddDays(-1)), await InForce(one, Today.AddYears(1)), await InForce(one, Today.AddDays(-1))));

        var second = await Sign(one, await Draft(one, Today.AddMonths(10)));
        var third = await Sign(one, await Draft(one, Today.AddYears(2)));
        Assert.Equal((Iso(Today.AddYears(2).AddDays(-1)), Iso(Today.AddYears(3).AddDays(-1))), (second.ValidThrough, third.ValidThrough));
        Assert.Equal((service.Day(), service.Day(), Verdict.Met), (second.OriginalOrderDate, third.OriginalOrderDate, Finding(third, "NC-SO-004")));
        Assert.Equal((Proto.ServiceOrderPhase.Renewed, second.Name), ((await Again(one, original)).Phase, (await Again(one, original)).RenewedBy));
        Assert.Equal(Proto.ServiceOrderPhase.Ahead, third.Phase);
        foreach (var day in new[] { 0, 364, 365, 400, 729, 731 })
            Assert.True(await InForce(one, Today.AddDays(day)), $"day {day}");
        Assert.Equal(("", "", $"service-order-renewal {Iso(Today.AddYears(3))}"),
            (await one.Running(original.Name), await one.Running(second.Name), await one.Running(third.Name)));
    }

    [Fact]
    public async Task NC_SO_004_a_late_renewal_leaves_a_gap_and_serves_until_the_originals_next_anniversary()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var original = await Sign(one, await Draft(one, Today));
        var late = await Sign(one, await Draft(one, Today.AddYears(1).AddDays(15)));
        Assert.Equal(Iso(Today.AddYears(2).AddDays(-1)), late.ValidThrough);
        Assert.Equal((false, false, true),
            (await InForce(one, Today.AddYears(1)), await InForce(one, Today.AddYears(1).AddDays(14)), await InForce(one, Today.AddYears(1).AddDays(15))));
        Assert.Equal(Proto.ServiceOrderPhase.Renewed, (await Again(one, original)).Phase);
    }

    [Fact]
    public async Task NC_SO_004_the_renewal_is_published_60_30_and_7_days_before_the_anniversary()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var order = await Sign(one, await Draft(one, Today));
        var year = Today.AddYears(1).DayNumber - Today.DayNumber;
        foreach (var (day, expected) in new[] { (year - 61, ""), (year - 60, "due_soon 60"), (year - 30, "due_soon 60, due_soon 30"),
            (year - 7, "due_soon 60, due_soon 30, due_soon 7"), (year, "due_soon 60, due_soon 30, due_soon 7, due") })
        {
            await service.SweepAhead(day);
            Assert.Equal(expected, await service.PublishedStages(order.Name, "service-order-renewal"));
        }
    }

    [Fact]
    public async Task A_voided_order_does_not_count_and_the_order_it_renewed_is_due_again()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var original = await Sign(one, await Draft(one, Today));
        var renewal = await Sign(one, await Draft(one, Today.AddMonths(10)));
        var first = await service.RefusedWithoutTrace(async () => await Void(one, await Again(one, original)));
        Assert.Equal((StatusCode.FailedPrecondition, renewal.Name),
            (first.Code, first.Message[(first.Message.IndexOf("serviceOrders", StringComparison.Ordinal))..][..renewal.Name.Length]));
        var voided = await Void(one, renewal);
        Assert.Equal((Proto.ServiceOrderState.Voided, Proto.ServiceOrderPhase.Unspecified, "Signed by mistake"),
            (voided.State, voided.Phase, voided.VoidReason));
        Assert.Equal(voided, await Again(one, renewal));
        Assert.Equal((Proto.ServiceOrderPhase.InForce, ""), ((await Again(one, original)).Phase, (await Again(one, original)).RenewedBy));
        Assert.Equal(("", $"service-order-renewal {Iso(Today.AddYears(1))}"), (await one.Running(renewal.Name), await one.Running(original.Name)));
        Assert.False(await InForce(one, Today.AddYears(1)));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{renewal.Name}' and type = 'ips.eligibility.service-order-voided.v1'"));
        Assert.DoesNotContain(
            "mistake", (string)(await service.Scalar($"select string_agg(body::text, '') from outbox_rows where subject = '{renewal.Name}'"))!);
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await Void(one, voided))).Code);

        // A draft can be voided too; then another order renews the original.
        Assert.Equal(Proto.ServiceOrderState.Voided, (await Void(one, await Draft(one, Today.AddMonths(10)))).State);
        Assert.Equal(Iso(Today.AddYears(2).AddDays(-1)), (await Sign(one, await Draft(one, Today.AddMonths(11)))).ValidThrough);
    }

    private static async Task<Proto.ServiceOrder> Draft(PersonBuilder one, DateOnly day) => await one.ServiceOrders.CreateServiceOrderAsync(new()
    {
        Individual = one.Name,
        Provider = $"organizations/{one.Provider}",
        Program = "nc-core",
        OrderDate = Iso(day),
        Assessment = one.Assessment,
        RequestId = EligibilityService.NewId(),
    }, one.AsProvider);

    private static async Task<Proto.ServiceOrder> Sign(PersonBuilder one, Proto.ServiceOrder draft,
        Proto.SignerType signer = Proto.SignerType.LicensedPsychologist) =>
        await one.ServiceOrders.SignServiceOrderAsync(one.Signature(draft, signer), one.AsProvider);

    private static async Task<Proto.ServiceOrder> Void(PersonBuilder one, Proto.ServiceOrder order) => await one.ServiceOrders.VoidServiceOrderAsync(
        new() { Name = order.Name, Etag = order.Etag, Reason = "Signed by mistake", RequestId = EligibilityService.NewId() }, one.AsProvider);

    private static async Task<Proto.ServiceOrder> Again(PersonBuilder one, Proto.ServiceOrder order) =>
        await one.ServiceOrders.GetServiceOrderAsync(new() { Name = order.Name }, one.AsProvider);

    private static async Task<bool> InForce(PersonBuilder one, DateOnly day) =>
        (await one.ServiceOrders.CheckServiceOrderAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = Iso(day) }, one.AsProvider)).InForce;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Verdict Finding(Proto.ServiceOrder order, string rule) => Assert.Single(order.Decision.Findings, f => f.RuleId == rule).Verdict;
}
