using System.Reflection;

namespace Ips.DbTool;

/// <summary>
/// Migrates the databases of all services in one process, which saves the memory and the start of a process per service. Each service runs its own
/// <c>migrate</c> command, as it does where it is deployed alone.
/// </summary>
internal static class Migrations
{
    /// <summary>Runs the migrations side by side.</summary>
    /// <returns>0 when every database is up to date, else 1.</returns>
    public static async Task<int> RunAsync()
    {
        var services = ServiceContexts.Find().Select(context => context.Assembly).Distinct();
        var results = await Task.WhenAll(services.Select(service => Task.Run(() => Migrate(service))));
        return results.All(migrated => migrated) ? 0 : 1;
    }

    private static bool Migrate(Assembly service)
    {
        var name = service.GetName().Name!;
        try
        {
            service.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [new[] { "migrate", "--applicationName", name }], culture: null);
            Console.WriteLine($"{name}: the database is up to date.");
            return true;
        }
        catch (Exception failed)
        {
            Console.Error.WriteLine($"{name}: the database was not migrated. {failed}");
            return false;
        }
    }
}
