using System.CommandLine;

namespace Ips.Policies.Tool;

/// <summary><c>release</c>: keeps the present packs, so that receipts can be replayed under them for ever.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        Command command = new("release", "Keeps the present version of each pack below policies/released, with receipts that later versions must repeat.");
        command.SetAction(_ => Output.InCheckout(checkout =>
        {
            var packs = checkout.ReadPacks();
            if (Releases.Unversioned(packs, checkout).ToList() is { Count: > 0 } problems)
                return Output.Refuse(string.Join('\n', problems));
            var made = Releases.Make(checkout, packs);
            foreach (var release in made)
                Console.WriteLine(release);
            Console.WriteLine($"{made.Count} packs released, {packs.Count - made.Count} released before");
            return 0;
        }));
        return command;
    }
}
