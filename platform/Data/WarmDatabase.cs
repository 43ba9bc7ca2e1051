using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Data;

/// <summary>
/// Builds EF's model, compiles a query of every table that returns nothing, and makes every use case once, which compiles its constructors and context.
/// </summary>
internal sealed class WarmDatabase<TDb>(IServiceScopeFactory scopes, IServiceCollection registered) : IWarmsUp
    where TDb : ServiceDb
{
    private static readonly MethodInfo Nothing = typeof(WarmDatabase<TDb>).GetMethod(nameof(Query), BindingFlags.Static | BindingFlags.NonPublic)!;

    public async Task WarmUp(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        foreach (var entity in db.Model.GetEntityTypes().Where(entity => entity.BaseType is null && !entity.IsOwned()))
            await (Task)Nothing.MakeGenericMethod(entity.ClrType).Invoke(null, [db, cancellationToken])!;
        foreach (var service in registered.Where(s => s.Lifetime == ServiceLifetime.Scoped && s.ServiceType.Assembly == typeof(TDb).Assembly))
            scope.ServiceProvider.GetService(service.ServiceType);
    }

    private static Task<List<T>> Query<T>(TDb db, CancellationToken cancellationToken) where T : class =>
        db.Set<T>().Where(_ => false).ToListAsync(cancellationToken);
}
