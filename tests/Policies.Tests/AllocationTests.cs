using System.Globalization;
using System.Text;
using Ips.Policies.Admission;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What a decision costs does not grow with the rules of other decisions.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Other_rules_allocate_nothing_in_an_admission()
    {
        var files = PackFiles.Shipped().ToDictionary(StringComparer.Ordinal);
        var text = new StringBuilder("rules:\n");
        for (var i = 0; i < 1000; i++)
            text.Append(CultureInfo.InvariantCulture,
                $"  - {{ id: NC-MORE-{i:000}, says: One more., service: Billing, kind: evaluated, in: [milestone], at: nowhere, parameters: {{ n: {{ unit: count, values: [{{ value: {i} }}] }} }} }}\n");
        var plain = Bytes(new(PackReader.Read(files)));
        files["nc-state/more.yaml"] = text.ToString();
        Assert.Equal(plain, Bytes(new(PackReader.Read(files))));
    }

    private static long Bytes(PolicyEngine engine)
    {
        AdmissionFacts facts = new() { BirthDate = new(1990, 5, 17), Diagnoses = [new(DiagnosisClass.Smi, null, true, null)] };
        long bytes = 0;
        for (var i = 0; i < 50; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            engine.Decide("nc-core", AdmissionDecision.Kind, new(2024, 3, 1), facts);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return bytes;
    }
}
