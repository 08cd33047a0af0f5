var builder = WebApplication.CreateBuilder(args);
builder.Services.AddTransient<IAppOptionsProvider, Options>();
