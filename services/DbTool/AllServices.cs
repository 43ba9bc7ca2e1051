using System.Reflection;

namespace Ips.DbTool;

/// <summary>
/// Runs a command of all services in one process, which saves the memory and the start of a process per service. Each service runs its own command, such as
/// <c>migrate</c>, as it does where it is deployed alone.
/// </summary>
internal static class AllServices
{
    /// <summary>The commands that make sense for all services at once.</summary>
    public static readonly string[] Names = ["migrate", "confirm-clock", "begin-epoch", "return-swept", "resend-events", "verify-audit"];

    /// <summary>Runs the command side by side.</summary>
    /// <returns>0 when it worked everywhere, else 1.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var services = ServiceContexts.Find().Select(context => context.Assembly).Distinct();
        var results = await Task.WhenAll(services.Select(service => Task.Run(() => Run(service, args))));
        return results.All(worked => worked) && Environment.ExitCode == 0 ? 0 : 1;
    }

    private static bool Run(Assembly service, string[] args)
    {
        var name = service.GetName().Name!;
        try
        {
            string[] all = [.. args, "--applicationName", name];
            service.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [all], culture: null);
            Console.WriteLine($"{name}: {args[0]} ended.");
            return true;
        }
        catch (Exception failed)
        {
            Console.Error.WriteLine($"{name}: {args[0]} failed. {failed}");
            return false;
        }
    }
}
