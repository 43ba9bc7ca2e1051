using Ips.Policies;
using Ips.Policies.Admission;
using Xunit;

namespace Ips.Events.Tests;

public sealed class DecisionReplyTests
{
    [Theory]
    [InlineData("nc-core")]
    [InlineData("nc-state")]
    [InlineData("la-acla")]
    [InlineData("mo-dmh-vr")]
    public void A_reply_from_the_decision_equals_the_reply_from_its_receipt(string program)
    {
        PolicyService policies = new(PolicyEngine.Shipped, TimeProvider.System);
        AdmissionFacts facts = new() { BirthDate = new(2000, 2, 29), DesireToWork = true, NeedForAssistance = false };

        var decision = policies.Decide(program, AdmissionDecision.Kind, new(2026, 7, 1), facts).OrThrow();

        Assert.NotEmpty(decision.Decision.Findings);
        Assert.Equal(policies.Store(decision, "agency-one", "individuals/one", []).ToProto(), decision.ToProto(stored: true));
    }
}
