using Grpc.Core;
using Ips.Contracts.Common.V1;

namespace Ips.Portal.Apis;

/// <summary>What a service answers about another release of a program.</summary>
/// <param name="Service">The service, in words.</param>
/// <param name="Changes">What would change, or why it is not known.</param>
public sealed record PolicyEffect(string Service, Reply<PolicyChanges> Changes);

/// <summary>Asks every service that stores decisions what a release changes in them: before it is proposed, and while it is in shadow.</summary>
internal sealed class PolicyEffects(
    Api api,
    Ips.Contracts.Eligibility.V1.Decisions.DecisionsClient eligibility,
    Ips.Contracts.Staffing.V1.Decisions.DecisionsClient staffing,
    Ips.Contracts.Fidelity.V1.Decisions.DecisionsClient fidelity,
    Ips.Contracts.Billing.V1.Decisions.DecisionsClient billing)
{
    private readonly (string Name, Func<SimulatePoliciesRequest, CallOptions, AsyncServerStreamingCall<PolicyChanges>> Simulate,
        Func<ReportShadowRequest, CallOptions, AsyncUnaryCall<PolicyChanges>> Shadow)[] services =
    [
        ("Eligibility", eligibility.SimulatePolicies, eligibility.ReportShadowAsync),
        ("Staffing", staffing.SimulatePolicies, staffing.ReportShadowAsync),
        ("Fidelity", fidelity.SimulatePolicies, fidelity.ReportShadowAsync),
        ("Billing", billing.SimulatePolicies, billing.ReportShadowAsync),
    ];

    /// <summary>Takes the stored decisions again by the release.</summary>
    /// <param name="program">The program.</param>
    /// <param name="hash">The content hash of the release.</param>
    /// <param name="since">Only decisions recorded on this day or later; empty for all.</param>
    public Task<PolicyEffect[]> Simulate(string program, string hash, string since)
    {
        SimulatePoliciesRequest request = new() { Program = program, Hash = hash, Since = since };
        return Task.WhenAll(services.Select(async service => new PolicyEffect(service.Name, await api.Last(options => service.Simulate(request, options)))));
    }

    /// <summary>Where the answers of the release in shadow differ.</summary>
    public Task<PolicyEffect[]> Shadow(string program, string hash)
    {
        ReportShadowRequest request = new() { Program = program, Hash = hash };
        return Task.WhenAll(services.Select(async service => new PolicyEffect(service.Name, await api.Part(options => service.Shadow(request, options)))));
    }
}
