using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Claims = Ips.Contracts.Billing.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Billing as its Program.cs builds it, with this Eligibility as the other service; its staff are all qualified.</summary>
public sealed class BillingBeside : RunningService<BillingDb, BillingDb>
{
    private readonly FakeService staffing = new();

    private BillingBeside(EligibilityService eligibility) : base("billing-db", options => new(options, Caller.None), eligibility.Clock)
    {
        Settings["OTEL_SERVICE_NAME"] = NewCode("billing");
        (Settings["Authentication:ClientId"], Settings["Authentication:ClientSecret"]) = ("billing", TestIssuer.ClientSecret);
        Settings["services:eligibility:grpc:0"] = eligibility.GrpcAddress.ToString();
        // A test looks for differences as soon as it has made them.
        Settings["Units:Settle"] = "00:00:00";
    }

    public Claims.Claims.ClaimsClient Lines => new(Channel);

    public static async Task<BillingBeside> Start(EligibilityService eligibility)
    {
        BillingBeside billing = new(eligibility);
        await billing.staffing.Serve(new StaffFake()).Start();
        billing.Settings["services:staffing:grpc:0"] = billing.staffing.Address;
        await billing.InitializeAsync();
        return billing;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await staffing.DisposeAsync();
    }

    /// <summary>The person's milestone 2 of today.</summary>
    public async Task<string> Milestone(PersonBuilder one)
    {
        Claims.SubmitMilestoneRequest request = new()
        {
            Individual = one.Name,
            Provider = $"organizations/{one.Provider}",
            Program = "nc-core",
            Number = 2,
            EventDate = Day(),
            Evidence = new() { PcpDocument = "plan-1" },
            RequestId = NewId(),
        };
        request.Evidence.PcpContents.AddRange([Contracts.Common.V1.PlanContent.BhInterventions, Contracts.Common.V1.PlanContent.IpsInterventions,
            Contracts.Common.V1.PlanContent.CareerGoals]);
        return (await new Claims.Milestones.MilestonesClient(Channel).SubmitMilestoneAsync(request, one.AsProvider)).Name;
    }

    public Claims.CreateClaimLineRequest Line(string milestone) =>
        new() { Milestone = milestone, RenderingStaff = $"staff/{Guid.CreateVersion7()}", ServiceDate = Day(), RequestId = NewId() };

    public async Task<Claims.ClaimLine> Again(Claims.ClaimLine line, PersonBuilder one) =>
        await Lines.GetClaimLineAsync(new() { Name = line.Name }, one.AsProvider);

    public async Task<Claims.ClaimLine> Void(Claims.ClaimLine line, PersonBuilder one) =>
        await Lines.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = NewId() }, one.AsProvider);

    public async Task<ReconcileUnits.Outcome> Reconcile()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReconcileUnits>().Reconcile(default);
    }
}
