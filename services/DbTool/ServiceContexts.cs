using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ips.DbTool;

/// <summary>The databases of all services, found by their base class: a new service needs no line here.</summary>
internal static class ServiceContexts
{
    /// <summary>The environment variable that names the database for commands which need one, such as <c>dotnet ef database update</c>.</summary>
    private const string Connection = "IPS_DESIGN_CONNECTION";

    public static IReadOnlyList<Type> Find() =>
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "*.deps.json")
            .Select(file => Path.GetFileName(file)[..^".deps.json".Length])
            .Where(name => name != typeof(ServiceContexts).Assembly.GetName().Name && File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")))
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .Where(type => type.IsSubclassOf(typeof(ServiceDb)) && !type.IsAbstract)
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    public static void AddAll(IServiceCollection services)
    {
        services.AddSingleton(Caller.None);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(Connection) ?? "Host=none"));
        var add = typeof(ServiceContexts).GetMethod(nameof(Add), BindingFlags.Static | BindingFlags.NonPublic)!;
        foreach (var context in Find())
            add.MakeGenericMethod(context).Invoke(null, [services]);
    }

    private static void Add<TDb>(IServiceCollection services)
        where TDb : ServiceDb =>
        services.AddDbContext<TDb>((provider, options) => Database.Configure(options, provider.GetRequiredService<NpgsqlDataSource>()));
}
