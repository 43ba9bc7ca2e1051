using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>verify-packet</c>: checks an audit packet without a network and repeats its decisions.</summary>
internal static class VerifyPacketCommand
{
    public static Command Create()
    {
        Argument<FileInfo> file = new("file") { Description = "The packet, a zip." };
        Option<FileInfo?> key = new("--key") { Description = "The public key (PEM) that must have signed it; without it the key in the packet is taken." };
        Command command = new("verify-packet", "Checks the signature and the parts of an audit packet and repeats its decisions. Needs no network and no checkout.")
        {
            file, key, Output.Json,
        };
        command.SetAction(result => Output.Guarded(() =>
        {
            using var packet = result.GetRequiredValue(file).OpenRead();
            var pem = result.GetValue(key) is { } given ? File.ReadAllText(given.FullName) : null;
            var checks = PacketVerifier.Check(packet, Checkout.Here() is { } checkout ? new PolicyEngine(checkout.ReadPacks()) : PolicyEngine.Shipped, pem);
            if (result.GetValue(Output.Json))
                Output.Write(checks);
            else
                Print(checks);
            return checks.Any(c => c.Holds == false) ? 1 : 0;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<PacketCheck> checks)
    {
        Output.Table(["check", "holds", "why"], checks.Select(c => (string[])[c.What, c.Holds switch { true => "yes", false => "NO", null => "unknown" }, c.Why]));
        Console.WriteLine($"{checks.Count(c => c.Holds == true)} hold, {checks.Count(c => c.Holds == false)} do not, {checks.Count(c => c.Holds is null)} unknown");
    }
}
