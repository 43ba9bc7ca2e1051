using Ips.Testing;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>The list of what services ask and give is the one that the pages and the counts of the policy tool rest on.</summary>
public sealed class PolicyUseTests
{
    private static readonly string[] Services = ["Billing", "Eligibility", "Fidelity", "Reporting", "Staffing"];

    [Fact]
    public void The_list_of_what_services_ask_and_give_is_current()
    {
        var path = Path.Combine(Checkout.Root, "policies", "Tool", "used.tsv");
        var lines = string.Join('\n', Services.SelectMany(PolicyUse.Of)
            .Prepend("# What services ask the policies and which facts they give, read from their code. UPDATE_DOCS=1 dotnet test writes it.")) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is not null)
            File.WriteAllText(path, lines);
        else
            Assert.True(File.ReadAllText(path) == lines, "policies/Tool/used.tsv is not what the services do; run this test once with UPDATE_DOCS=1.");
    }

    [Theory]
    [InlineData("Eligibility", "decision\tadmission\t", "Determinations.Determine,")]
    [InlineData("Staffing", "decision\tcaseload\t", "Caseloads.AssignIndividual")]
    [InlineData("Eligibility", "fact\tAdmission.AdmissionFacts.BirthDate\t", "AdmissionEvidence")]
    public void A_decision_behind_lambdas_and_async_methods_is_found(string service, string line, string by) =>
        Assert.Contains(PolicyUse.Of(service), found => found.StartsWith(line, StringComparison.Ordinal) && found.Contains(by, StringComparison.Ordinal));
}
